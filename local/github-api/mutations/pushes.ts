// What a push means for the pull requests of its branch.
import type { Context } from "../context.ts";
import type { Commit, Ref } from "../model.ts";

/** Moves the heads of open pull requests along. */
export function afterPush(_context: Context, _ref: Ref): void {
  return;
}

/** Closes the open pull requests of a branch that is gone. */
export function afterBranchDeletion(_context: Context, _ref: Ref): void {
  return;
}

/** Merges what waited for the checks of a commit. */
export function afterStatus(_context: Context, _commit: Commit): void {
  return;
}
