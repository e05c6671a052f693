import { DEFAULTS } from "./defaults.ts";
import { dataSourceId, login, repository } from "./forms.ts";
import { anyObject, byName, count, list, maybe, maybeNull, oneOf, strict, text } from "./schema-parts.ts";

const labels = (description: string) => maybe(list(text({ description: "Name of a label." }), { description }));

/** The `notion` key of a mapping. */
export const WrittenNotion = strict(
  {
    dataSourceId: text({ description: "Id of the Notion data source (not of its database, not a URL)." }, dataSourceId),
    githubProperty: maybe(
      text({
        description: "Rich text or URL property that the app fills with `owner/name#12`, linked to the item.",
        default: DEFAULTS.githubProperty,
      }),
    ),
    errorProperty: maybeNull(
      text({ description: "Rich text property where the app says what keeps a page from being synced.", examples: ["Sync"] }),
    ),
    filter: maybeNull(anyObject({ description: "Notion's own filter object: only pages that match it belong to this mapping." })),
    createPages: maybe(
      oneOf(["issues", "issuesAndPullRequests", "none"], {
        description: "Which items opened on GitHub after the mapping's first run get a page; older ones come by import.",
        default: DEFAULTS.createPages,
      }),
    ),
  },
  { description: "The Notion side." },
);

const WrittenGithubFilter = strict(
  {
    labels: maybe(
      strict(
        { any: labels("An item must have one of these labels."), none: labels("An item must have none of these labels.") },
        { description: "Labels that an item must or must not have." },
      ),
    ),
    authorsNot: maybe(
      list(text({ description: "Login of an author." }, login), {
        description: "Items opened by these logins do not belong to this mapping.",
      }),
    ),
    types: maybe(
      list(text({ description: "Name of an issue type." }), { description: "An issue must have one of these types." }),
    ),
  },
  { description: "Which items belong to this mapping." },
);

/** The `github` key of a mapping. */
export const WrittenGithub = strict(
  {
    repository: text({ description: "Repository as owner/name." }, repository),
    repositoryProperty: maybeNull(
      strict(
        {
          property: text({ description: "Notion property (select) that names the repository of a page." }),
          values: byName(text({ description: "Repository as owner/name." }, repository), {
            description:
              "Value of the property → owner/name. An empty property means `repository`, an unlisted value is an error of that page.",
            minProperties: 1,
          }),
        },
        { description: "Lets each page choose its repository." },
      ),
    ),
    project: maybeNull(
      strict(
        {
          owner: text({ description: "Login of the organization or user that owns the project." }, login),
          number: count({ description: "Number of the project, as in its URL." }),
        },
        { description: "The Project (v2) that items are put on." },
      ),
    ),
    filter: maybeNull(WrittenGithubFilter),
  },
  { description: "The GitHub side." },
);
