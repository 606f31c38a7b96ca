// What is used of Node.js here; the package @types/node declares all of it.

declare const process: {
  readonly argv: string[];
  exit(status: number): never;
};

declare const console: {
  log(text: string): void;
  error(text: string): void;
};

declare module "node:test" {
  export function test(name: string, body: () => void): void;
}

declare module "node:assert/strict" {
  const assert: { equal<T>(actual: T, expected: T): void };
  export default assert;
}
