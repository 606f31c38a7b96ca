/**
 * What is said to someone of this name.
 * @param {string} name
 * @returns {string}
 */
export function greeting(name) {
  return `Hello, ${name}!`;
}
