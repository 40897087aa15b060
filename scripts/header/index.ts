/** `npm run header -- check|import|measure PATH…`: from a changed C header to the schema. */
import { header } from "./command-line.js";

process.exitCode = await header(process.argv.slice(2));
