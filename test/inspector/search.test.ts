/** A search of an image by parts. */
import { describe, expect, it } from "vitest";
import { Opened } from "../../inspector/engine/opened.js";
import { type Hit, type SearchPlace, search } from "../../inspector/engine/questions/search.js";
import { MemorySource } from "../../tools/image/index.js";
import { makeBytes } from "../make-image/make.js";

function openedBytes(bytes: Uint8Array): Opened {
  return new Opened(Object.assign(new MemorySource(bytes), { part: () => new Blob([]), onRead: undefined }), {});
}

describe("a search", () => {
  const bytes = makeBytes({ abi: "v21/x86_64", pages: 8 });
  const opened = openedBytes(bytes);

  it("comes to the bytes of the beginning before the fields of the end", () => {
    // The first bytes that are looked at are in the first part that is not of names.
    const { hits } = search(opened, { query: "05 00 00 00", at: { part: "image", row: 0, offset: 0 } });
    expect(hits.some(({ kind }) => kind === "bytes")).toBe(true);
  });

  it("ends, and finds nothing twice", () => {
    const hits: Hit[] = [];
    for (let at: SearchPlace | undefined = { part: "names" }; at; ) {
      const step = search(opened, { query: "init", at });
      hits.push(...step.hits);
      at = step.next;
    }
    const places = hits.map(({ view, parameters, title }) => JSON.stringify([view, parameters, title]));
    expect(hits.length).toBeGreaterThan(0);
    expect(new Set(places).size).toBe(places.length);
  });
});
