/** The page: the shell around the views. */
import { render } from "preact";
import { Shell } from "./shell/shell.js";
import { openServed } from "./state/files.js";

openServed();
render(<Shell />, document.body);
