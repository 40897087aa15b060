/** `npm run gen`: compiles the schema into generated/. */
import { gen } from "./command-line.js";

process.exitCode = await gen(process.argv.slice(2));
