#!/usr/bin/env node
import { greeting } from "./greeting.js";

const names = process.argv.slice(2);
if (names.length !== 1) {
  console.error("usage: greet NAME");
  process.exit(1);
}
console.log(greeting(names[0]));
