/** A text is no value of its field. The message is one line without the path. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}
