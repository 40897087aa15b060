/** What the page does with an image, and the licences of what it is made of. */
import { SERVED } from "../state/files.js";
import { address } from "../state/route.js";
import { session } from "../state/session.js";
import type { View } from "./view.js";

export const about: View = { name: "about", title: "About", group: "Page", withoutImage: true, component: About };

/** Name and version of the command, e.g. `ckpt 1.2.3`. */
declare const PROGRAM: string;

function About() {
  return (
    <div class="about">
      <div class="bar">
        <h1>About this page</h1>
        {session.value.status !== "open" && <a href={address("overview")}>Open an image</a>}
      </div>
      <p>
        It shows what is in an image of Linux checkpoint/restart. It is part of <code>{PROGRAM}</code>, under the MIT
        licence.
      </p>
      <h2>What happens to an image</h2>
      {SERVED ? (
        <p>
          Nothing is uploaded. <code>ckpt view</code> serves one image to this page, on this machine only. The page asks
          it for the parts of the image that you look at, and its policy allows the browser no other request.
        </p>
      ) : (
        <p>
          Nothing is uploaded, and this page makes no request: its policy forbids the browser all of them. Your browser
          reads the file, and only the parts that you look at.
        </p>
      )}
      <p>
        Changes stay in the page until you save them as a new file. Nothing is stored: when the page is closed, it has
        forgotten the image.
      </p>
      <h2>What it is made of</h2>
      {LICENSES.map(({ title, text }) => (
        <details key={title}>
          <summary>{title}</summary>
          <pre tabIndex={0}>{text}</pre>
        </details>
      ))}
    </div>
  );
}

/** The licences of the packages in the page: for each a line with its name, an empty line, and the text; lines of dashes between them. */
const LICENSES = (document.getElementById("licenses")?.textContent ?? "").split(/^-{80}$/m).map((part) => {
  const [title = "", ...lines] = part.trim().split("\n");
  return { title, text: lines.join("\n").trim() };
});
