import type { AppEvent } from "../../sync/event.ts";
import type { World } from "./world.ts";

/** What the app reported, line by line, as Application Insights would hold it. */
export function reportedLines(world: World): readonly string[] {
  return world.log.flatMap(({ message }) => (message.startsWith('{"event":') ? [message] : []));
}

/** The reported events of one name. */
export function reported<N extends AppEvent["event"]>(world: World, name: N): readonly Extract<AppEvent, { event: N }>[] {
  const events = reportedLines(world).map((line) => JSON.parse(line) as AppEvent);
  return events.filter((event): event is Extract<AppEvent, { event: N }> => event.event === name);
}
