/** The command line as a separate program, for tests that start it. */
import { main } from "../../tools/cli/main.js";

process.exit(await main(process.argv.slice(2), "0.0.0-test"));
