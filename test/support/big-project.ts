// A big board's issues with their places in the project, read behind the API, which would count it.
import type { World } from "./world.ts";

/** Title and estimate of every issue, in the order of their numbers. */
export function showItems(world: World): readonly { readonly title: string; readonly estimate: number | undefined }[] {
  const { store } = world.github;
  const nodes = store.nodes();
  const field = nodes.find((node) => "dataType" in node && node.name === "Estimate");
  return nodes
    .filter((node) => node.__typename === "Issue")
    .sort((left, right) => left.number - right.number)
    .map((issue) => ({
      title: issue.title,
      estimate: store.children("ProjectV2Item", issue.id)[0]?.values[field?.id ?? ""]?.number,
    }));
}
