/** What is said to someone of this name. */
export function greeting(name: string): string {
  return `Hello, ${name}!`;
}
