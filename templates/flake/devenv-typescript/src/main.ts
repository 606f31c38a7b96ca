#!/usr/bin/env node
import { greeting } from "./greeting.js";

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || rest.length > 0) {
  console.error("usage: greet NAME");
  process.exit(1);
}
console.log(greeting(name));
