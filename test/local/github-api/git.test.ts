import { describe, expect, test } from "vitest";
import { type Setup, aSimulator, textOf } from "./a-simulator.ts";

const HEAD = `{ repository(owner: "acme", name: "widgets") { defaultBranchRef { id name target { oid } } } }`;
const CREATE_REF = `mutation ($id: ID!, $name: String!, $oid: GitObjectID!) {
  createRef(input: { repositoryId: $id, name: $name, oid: $oid }) { ref { id name prefix target { oid } } } }`;
const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid messageHeadline parents(first: 2) { nodes { oid } } } ref { target { oid } } } }`;

const mainOid = async (setup: Setup): Promise<string> =>
  textOf((await setup.read(HEAD))["repository"]?.["defaultBranchRef"]?.["target"]?.["oid"]);

const aCommit = (branchName: string, expectedHeadOid: string, path = "a.txt") => ({
  input: {
    branch: { repositoryNameWithOwner: "acme/widgets", branchName },
    expectedHeadOid,
    message: { headline: "Add a file" },
    fileChanges: { additions: [{ path, contents: Buffer.from(path).toString("base64") }] },
  },
});

describe("branches and commits", () => {
  test("a branch is created, gets a commit, is found by its name, and is deleted", async () => {
    const setup = aSimulator();
    const oid = await mainOid(setup);

    const { createRef } = await setup.read(CREATE_REF, { id: setup.repositoryId, name: "refs/heads/topic/one", oid });
    const { createCommitOnBranch } = await setup.read(COMMIT, aCommit("topic/one", oid));
    const find = `{ repository(owner: "acme", name: "widgets") { ref(qualifiedName: "topic/one") { name target { oid } } } }`;
    const found = await setup.read(find);
    await setup.read(`mutation ($id: ID!) { deleteRef(input: { refId: $id }) { clientMutationId } }`, {
      id: createRef?.["ref"]?.["id"],
    });
    const gone = await setup.read(find);

    expect(createRef?.["ref"]).toMatchObject({ name: "topic/one", prefix: "refs/heads/", target: { oid } });
    expect(createCommitOnBranch).toMatchObject({ commit: { messageHeadline: "Add a file", parents: { nodes: [{ oid }] } } });
    expect(found["repository"]?.["ref"]?.["target"]).toEqual({ oid: createCommitOnBranch?.["commit"]?.["oid"] });
    expect(gone["repository"]).toEqual({ ref: null });
  });

  test("a branch that exists is refused", async () => {
    const setup = aSimulator();

    const { errors } = await setup.ask(CREATE_REF, {
      id: setup.repositoryId,
      name: "refs/heads/main",
      oid: await mainOid(setup),
    });

    expect(errors).toMatchObject([
      { type: "UNPROCESSABLE", message: `A ref named "refs/heads/main" already exists in the repository.` },
    ]);
  });

  test("a commit on a branch that has moved on is refused as stale", async () => {
    const setup = aSimulator();
    const oid = await mainOid(setup);
    await setup.read(COMMIT, aCommit("main", oid));

    const { errors } = await setup.ask(COMMIT, aCommit("main", oid, "b.txt"));

    expect(errors).toMatchObject([{ type: "STALE_DATA", path: ["createCommitOnBranch"] }]);
  });

  test("a branch does not move back without force", async () => {
    const setup = aSimulator();
    const oid = await mainOid(setup);
    const refId = (await setup.read(HEAD))["repository"]?.["defaultBranchRef"]?.["id"];
    await setup.read(COMMIT, aCommit("main", oid));
    const document = `mutation ($refId: ID!, $oid: GitObjectID!, $force: Boolean) { updateRef(input: { refId: $refId, oid: $oid, force: $force }) { ref { target { oid } } } }`;

    const refused = await setup.ask(document, { refId, oid, force: false });
    const forced = await setup.read(document, { refId, oid, force: true });

    expect(refused.errors).toMatchObject([{ type: "UNPROCESSABLE", message: "Update is not a fast forward" }]);
    expect(forced["updateRef"]).toEqual({ ref: { target: { oid } } });
  });
});
