/** Something that whoever starts can mend; its message is all that they see. */
export class StartError extends Error {
  override readonly name = "StartError";
}
