/** The page: the shell around the views. */
import { render } from "preact";
import { Shell } from "./shell/shell.js";

render(<Shell />, document.body);
