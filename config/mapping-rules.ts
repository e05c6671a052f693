// What the schema cannot say: rules across the keys of one mapping. Each sees a mapping of which wrong parts were cut out.
import { checkFilter } from "../sync/filter-form.ts";
import { DEFAULTS } from "./defaults.ts";
import { toPerson } from "./forms.ts";
import type { Path } from "./path.ts";
import type { Report } from "./rule.ts";
import type { Salvaged } from "./salvage.ts";
import type { WrittenMapping } from "./schema.ts";
import { checkStatus } from "./status-rules.ts";
import { quote } from "./wording.ts";

type Draft = Salvaged<WrittenMapping>;
type MappingRule = (mapping: Draft, report: Report) => void;

const oneTitle: MappingRule = ({ fields }, report) => {
  if (fields === undefined || fields.length === 0) return;
  const titles = fields.filter((field) => field?.github === "title").length;
  const unsure = fields.some((field) => field?.github === undefined);
  if (titles > 0 || unsure) return;
  report(["fields"], "No field maps the title.", 'Add { "notion": "<name of the title property>", "github": "title" }.');
};

const githubFieldsOnce: MappingRule = ({ fields, github, status }, report) => {
  const seen = new Map<string, string>();
  // GitHub compares names of project fields without regard to case.
  if ((github?.project ?? undefined) !== undefined && status !== undefined) {
    seen.set(`project.${status.projectField ?? DEFAULTS.projectField}`.toLowerCase(), "status.projectField");
  }
  for (const [index, field] of (fields ?? []).entries()) {
    if (field?.github === undefined) continue;
    const first = seen.get(field.github.toLowerCase());
    if (first === undefined) seen.set(field.github.toLowerCase(), `fields[${index}]`);
    else {
      report(
        ["fields", index, "github"],
        `The GitHub field ${quote(field.github)} is mapped already, by ${first}.`,
        "Keep one of them and remove the other.",
      );
    }
  }
};

/** Properties that the app reads or writes as one thing; `repositoryProperty` is only read, and may be a mapped field too. */
const propertiesOnce: MappingRule = ({ notion, status, pullRequest, fields }, report) => {
  const uses: readonly (readonly [Path, string | undefined])[] = [
    [["notion", "githubProperty"], notion === undefined ? undefined : (notion.githubProperty ?? DEFAULTS.githubProperty)],
    [["notion", "errorProperty"], notion?.errorProperty ?? undefined],
    [["status", "property"], status === undefined ? undefined : (status.property ?? DEFAULTS.statusProperty)],
    [["pullRequest", "branchProperty"], pullRequest?.branchProperty],
    ...(fields ?? []).map((field, index) => [["fields", index, "notion"], field?.notion] as const),
  ];
  const seen = new Map<string, string>();
  for (const [path, property] of uses) {
    if (property === undefined) continue;
    const first = seen.get(property);
    const here = path[0] === "fields" ? `fields[${String(path[1])}]` : path.join(".");
    if (first === undefined) seen.set(property, here);
    else
      report(
        path,
        `The property ${quote(property)} is in use already, by ${first}.`,
        "Use a property of its own, or remove one of them.",
      );
  }
};

const repositoryPropertyIsTheirs: MappingRule = ({ notion, github }, report) => {
  const property = github?.repositoryProperty?.property;
  if (property === undefined || notion === undefined) return;
  if (property === (notion.githubProperty ?? DEFAULTS.githubProperty) || property === notion.errorProperty) {
    report(
      ["github", "repositoryProperty", "property"],
      `The app writes the property ${quote(property)} itself.`,
      "Use a select property in which people choose the repository.",
    );
  }
};

const repositoriesListed: MappingRule = ({ github }, report) => {
  const values = github?.repositoryProperty?.values;
  if (values !== undefined && Object.keys(values).length === 0) {
    report(["github", "repositoryProperty", "values"], "No value is listed.", 'Add one, as in { "Web": "acme/web" }.');
  }
};

const projectNeeded: MappingRule = ({ github, fields, status }, report) => {
  const cutOut = github !== undefined && "project" in github && github.project === undefined;
  if (github === undefined || cutOut || (github.project ?? null) !== null) return;
  const fix = 'Add "github": { "project": { "owner": "…", "number": 1 } }, or remove this.';
  for (const [index, field] of (fields ?? []).entries()) {
    if (field?.github?.startsWith("project.") !== true) continue;
    report(["fields", index, "github"], `${quote(field.github)} is a field of a project, and the mapping names no project.`, fix);
  }
  if (status?.projectField !== undefined) report(["status", "projectField"], "The mapping names no project.", fix);
  for (const [name, value] of Object.entries(status?.values ?? {})) {
    if ((value?.project ?? null) !== null) report(["status", "values", name, "project"], "The mapping names no project.", fix);
  }
};

const filterSaysSomething: MappingRule = ({ notion }, report) => {
  const filter = notion?.filter ?? undefined;
  if (filter !== undefined && Object.keys(filter).length === 0) {
    report(["notion", "filter"], "The filter is empty, and Notion refuses that.", "Use null, or one of Notion's filter objects.");
  } else if (filter !== undefined) {
    for (const { path, reason, fix } of checkFilter(filter)) report(["notion", "filter", ...path], reason, fix);
  }
};

const PERSON = /^(?:[^\s@]+@[^\s@]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const peopleKnown: MappingRule = ({ people }, report) => {
  const seen = new Set<string>();
  for (const key of Object.keys(people ?? {})) {
    const person = toPerson(key);
    if (!PERSON.test(person)) {
      report(["people", key], "This is neither an e-mail address nor a Notion user id.", 'Write "name@example.com": "login".');
    } else if (seen.has(person))
      report(["people", key], "The same person is there twice.", "Keep one; upper and lower case do not differ.");
    seen.add(person);
  }
};

const RULES: readonly MappingRule[] = [
  oneTitle,
  githubFieldsOnce,
  propertiesOnce,
  repositoryPropertyIsTheirs,
  repositoriesListed,
  projectNeeded,
  filterSaysSomething,
  peopleKnown,
  ({ status }, report) => {
    if (status !== undefined) checkStatus(status, report);
  },
];

/** Holds one mapping against the rules across its keys. */
export function checkMapping(mapping: Draft, report: Report): void {
  for (const rule of RULES) rule(mapping, report);
}
