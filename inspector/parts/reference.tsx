/** Links into the reference, which is beside this page where it is published. */
import type { ComponentChildren } from "preact";

const ROOT = document.querySelector<HTMLMetaElement>("meta[name=reference]")?.content;

/** A link to a page of the reference; plain text where there is no reference. */
export function Reference({ to, children }: { readonly to: string | undefined; readonly children: ComponentChildren }) {
  if (ROOT === undefined || to === undefined) return <>{children}</>;
  return (
    <a href={`${ROOT}/${to}`} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
