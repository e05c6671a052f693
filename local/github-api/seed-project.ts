import type { Iteration, Project, ProjectField, SelectOption } from "./model.ts";
import type { Store } from "./store.ts";

const DAY_MS = 86_400_000;
const ITERATION_DAYS = 14;
const MONDAY = 1;

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** Fields that every project has and that cannot be set: name and type. */
const BUILT_IN: readonly (readonly [string, string])[] = [
  ["Title", "TITLE"],
  ["Assignees", "ASSIGNEES"],
  ["Labels", "LABELS"],
  ["Milestone", "MILESTONE"],
  ["Repository", "REPOSITORY"],
];

const OPTIONS: readonly (readonly [string, string])[] = [
  ["Todo", "GREEN"],
  ["In Progress", "YELLOW"],
  ["Done", "PURPLE"],
];

/** Three iterations of two weeks, the first of which runs at the start of the clock. */
function iterationsFrom(store: Store): Iteration[] {
  const start = new Date(store.nowMs());
  const mondayMs = store.nowMs() - ((start.getUTCDay() + 6) % 7) * DAY_MS;
  return [1, 2, 3].map((number) => ({
    id: store.ids.optionId(),
    title: `Sprint ${number}`,
    startDate: day(mondayMs + (number - 1) * ITERATION_DAYS * DAY_MS),
    duration: ITERATION_DAYS,
  }));
}

/** Adds the project "Roadmap" with a field of each type. */
export function seedProject(store: Store, ownerId: string, creatorId: string, number: number): Project {
  const databaseId = store.ids.bigId();
  const id = store.ids.nodeId("ProjectV2", databaseId);
  const times = { createdAt: store.now(), updatedAt: store.now() };
  const fieldBase = (name: string, dataType: string) => ({
    databaseId: store.ids.smallId(),
    projectId: id,
    name,
    dataType,
    ...times,
  });
  const plain = (name: string, dataType: string): ProjectField => {
    const base = fieldBase(name, dataType);
    return { __typename: "ProjectV2Field", id: store.ids.nodeId("ProjectV2Field", base.databaseId), ...base };
  };
  const status = fieldBase("Status", "SINGLE_SELECT");
  const selectOptions = OPTIONS.map<SelectOption>(([name, color]) => ({
    id: store.ids.optionId(),
    name,
    color,
    description: "",
  }));
  const iteration = fieldBase("Iteration", "ITERATION");
  const fields: ProjectField[] = [
    ...BUILT_IN.map(([name, dataType]) => plain(name, dataType)),
    {
      __typename: "ProjectV2SingleSelectField",
      id: store.ids.nodeId("ProjectV2SingleSelectField", status.databaseId),
      ...status,
      selectOptions,
    },
    plain("Estimate", "NUMBER"),
    plain("Due", "DATE"),
    {
      __typename: "ProjectV2IterationField",
      id: store.ids.nodeId("ProjectV2IterationField", iteration.databaseId),
      ...iteration,
      iterations: iterationsFrom(store),
      duration: ITERATION_DAYS,
      startDay: MONDAY,
    },
    plain("Notes", "TEXT"),
  ];
  for (const field of fields) store.put(field);
  return store.put<Project>({
    __typename: "ProjectV2",
    id,
    fullDatabaseId: String(databaseId),
    ownerId,
    creatorId,
    number,
    title: "Roadmap",
    shortDescription: null,
    readme: null,
    closed: false,
    closedAt: null,
    public: false,
    template: false,
    ...times,
    fieldIds: fields.map((field) => field.id),
  });
}
