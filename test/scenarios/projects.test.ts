import { afterEach, describe, expect, test } from "vitest";
import { PRODUCT_TOKEN } from "../../local/github-api/seed.ts";
import { fullConfig } from "../support/full-config.ts";
import { readBoardIssue } from "../support/issue-board.ts";
import { createWorld } from "../support/world.ts";
import type { World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const sprint = (name: string) => ({ Sprint: { select: { name } } });

async function makePage(
  title: string,
  properties: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly pageId: string; readonly number: number }> {
  const pageId = await world.person.createPage({ title, status: "Backlog" });
  await world.person.setPage(pageId, { ...properties, Status: { status: { name: "Ready" } } });
  await world.until(async () => (await world.person.textOf(pageId, "GitHub")) !== "", 180_000);
  await world.settled();
  return { pageId, number: Number((await world.person.textOf(pageId, "GitHub")).split("#")[1]) };
}

interface Board {
  readonly organization: {
    readonly projectV2: {
      readonly id: string;
      readonly fields: {
        readonly nodes: readonly {
          readonly id: string;
          readonly name: string;
          readonly options?: readonly { readonly name: string }[];
        }[];
      };
    };
  };
}

const board = () =>
  world.person.github<Board>(`{ organization(login: "acme") { projectV2(number: 1) { id fields(first: 50) { nodes {
    ... on ProjectV2FieldCommon { id name } ... on ProjectV2SingleSelectField { options { name } } } } } } }`);

describe("a project", () => {
  test("that the token cannot reach is said, with the token that can; the issue is synced all the same", async () => {
    world = await createWorld({
      config: fullConfig(),
      github: {
        seedData: { profiles: { [PRODUCT_TOKEN]: { kind: "classic", actor: "sync-bot", scopes: ["repo", "read:org"] } } },
      },
    });

    const { pageId, number } = await makePage("No project for me", { Labels: { multi_select: [{ name: "bug" }] } });

    expect(await readBoardIssue(world.person, number)).toMatchObject({ labels: ["bug"], project: null });
    expect(await world.person.textOf(pageId, "Sync")).toMatch(/scope `project`/);
    await world.person.setTitle(pageId, "Still synced");
    await world.settled();
    expect(await world.person.issuesTitled("Still synced")).toHaveLength(1);
  });

  test("whose options were made anew is looked up once more, and the value is set by its name", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await makePage("New options");
    const { id, name } = (await board()).organization.projectV2.fields.nodes.find((field) => field.name === "Status") ?? {
      id: "",
      name: "",
    };
    await world.person.github(
      `mutation($id: ID!, $name: String!, $options: [ProjectV2SingleSelectFieldOptionInput!]) {
        updateProjectV2Field(input: { fieldId: $id, name: $name, singleSelectOptions: $options }) { clientMutationId } }`,
      { id, name, options: ["Todo", "In Progress", "Done"].map((option) => ({ name: option, color: "GRAY", description: "" })) },
    );

    await world.person.setStatus(pageId, "In Progress");
    await world.settled();

    expect((await readBoardIssue(world.person, number)).project).toMatchObject({ Status: "In Progress" });
    expect(await world.person.textOf(pageId, "Sync")).toBe("");
  });

  test("is never given new options or iterations: a missing one is named with those that there are", async () => {
    world = await createWorld({ config: fullConfig() });
    const before = await board();

    const { pageId } = await makePage("Unknown sprint", sprint("Sprint 99"));

    expect(await world.person.textOf(pageId, "Sync")).toMatch(/Sprint 99.*Sprint 1/s);
    expect(await board()).toEqual(before);
  });

  test("that a person took the item out of is not filled again", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await makePage("Taken out", sprint("Sprint 1"));
    const { id } = (await board()).organization.projectV2;
    const { node } = await world.person.github<{ node: { projectItems: { nodes: { id: string }[] } } }>(
      `query($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 5) { nodes { id } } } } }`,
      { id: (await readBoardIssue(world.person, number)).id },
    );
    await world.person.github(
      `mutation($p: ID!, $i: ID!) { deleteProjectV2Item(input: { projectId: $p, itemId: $i }) { deletedItemId } }`,
      {
        p: id,
        i: node.projectItems.nodes[0]?.id,
      },
    );

    await world.person.setPage(pageId, sprint("Sprint 2"));
    await world.person.setStatus(pageId, "Done");
    await world.settled();

    expect(await readBoardIssue(world.person, number)).toMatchObject({ state: "CLOSED", project: null });
  });

  test("whose column a person moves takes the page with it, and the issue is closed", async () => {
    world = await createWorld({ config: fullConfig() });
    const { pageId, number } = await makePage("Moved on the board");
    const { id, fields } = (await board()).organization.projectV2;
    const status = (
      await world.person.github<{ node: { options: { id: string; name: string }[] } }>(
        `query($id: ID!) { node(id: $id) { ... on ProjectV2SingleSelectField { options { id name } } } }`,
        { id: fields.nodes.find((field) => field.name === "Status")?.id },
      )
    ).node;
    const { node } = await world.person.github<{ node: { projectItems: { nodes: { id: string }[] } } }>(
      `query($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 5) { nodes { id } } } } }`,
      { id: (await readBoardIssue(world.person, number)).id },
    );
    await world.person.github(
      `mutation($p: ID!, $i: ID!, $f: ID!, $o: String!) { updateProjectV2ItemFieldValue(input: { projectId: $p, itemId: $i, fieldId: $f, value: { singleSelectOptionId: $o } }) { clientMutationId } }`,
      {
        p: id,
        i: node.projectItems.nodes[0]?.id,
        f: fields.nodes.find((field) => field.name === "Status")?.id,
        o: status.options.find(({ name }) => name === "Done")?.id,
      },
    );

    await world.call("POST", "sync", { pageIds: [pageId] });
    await world.settled();

    expect(await world.person.textOf(pageId, "Status")).toBe("Done");
    expect(await readBoardIssue(world.person, number)).toMatchObject({ state: "CLOSED", project: { Status: "Done" } });
  });
});
