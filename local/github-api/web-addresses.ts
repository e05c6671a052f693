// Addresses as a browser shows them, and back.
import type { Item, Repository } from "./model.ts";
import type { Store } from "./store.ts";

/** Writes `owner/name`. */
export function nameWithOwner(store: Store, repository: Repository): string {
  const owner = store.find(repository.ownerId);
  return `${owner && "login" in owner ? owner.login : "ghost"}/${repository.name}`;
}

/** Writes the path of an issue or pull request, with a slash before it. */
export function itemPath(store: Store, item: Item): string {
  const repository = store.get("Repository", item.repositoryId);
  return `/${nameWithOwner(store, repository)}/${item.__typename === "Issue" ? "issues" : "pull"}/${item.number}`;
}

/** Finds what an address shows: an issue, a pull request, a repository or an account; also where it was before a transfer or renaming. */
export function findByAddress(store: Store, url: string): Item | Repository | undefined {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const moved = store.findRedirect(path);
  if (moved) return store.findOf("Issue", moved);
  const [, owner = "", name = "", kind, number = ""] = path.split("/");
  const repository = store.findRepository(owner, name);
  if (!repository || kind === undefined) return repository;
  const issue = store.findByNumber("Issue", repository.id, Number(number));
  const found = issue ?? store.findByNumber("PullRequest", repository.id, Number(number));
  if (kind !== "issues" && kind !== "pull") return undefined;
  if (found?.__typename === "Issue" || found?.__typename === "PullRequest") return found;
  return undefined;
}
