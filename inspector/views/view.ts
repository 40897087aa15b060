/** A view of the image. */
import type { ComponentType } from "preact";

/** The groups of the navigation, in order. */
export const GROUPS = ["Image", "Tasks", "Shared", "Bytes", "Actions", "Page"] as const;

export interface View {
  /** Name in the address. */
  readonly name: string;
  readonly title: string;
  readonly group: (typeof GROUPS)[number];
  /** Whether it shows one task if the address names one. */
  readonly ofTask?: true;
  /** Whether it is shown without an image, too. */
  readonly withoutImage?: true;
  readonly component: ComponentType;
}
