import { isRecord, toAbsence } from "./answer.ts";
import { LABEL_BY_NAME } from "./documents-directory.ts";
import { CREATE_LABEL } from "./documents-writes.ts";
import type { Named } from "./directory.ts";
import type { GithubClient } from "./request.ts";
import type { WriteOptions } from "./writes.ts";

const COLOR = "ededed"; // GitHub's own grey for a label without a colour; it asks for one

const isNamed = (value: unknown): value is Named =>
  isRecord(value) && typeof value["id"] === "string" && typeof value["name"] === "string";

/** Creates the making of labels; see `GithubAdapter.createLabel`. */
export function createCreateLabel(client: GithubClient) {
  const readLabel = async (repositoryId: string, name: string): Promise<Named> => {
    const answer = await client.read(LABEL_BY_NAME, { repositoryId, name });
    const { node } = answer.data;
    const label = isRecord(node) ? node["label"] : undefined;
    if (!isNamed(label)) throw toAbsence(answer, `the label "${name}"`);
    return { id: label.id, name: label.name };
  };

  return async (repositoryId: string, name: string, options: WriteOptions): Promise<Named> => {
    const sending = await client.send({
      kind: "write",
      document: CREATE_LABEL,
      variables: { input: { repositoryId, name, color: COLOR } },
      deadlineAtMs: options.deadlineAtMs,
    });
    if (sending.status !== "answered") throw sending.error;
    const payload = sending.data["createLabel"];
    const label = isRecord(payload) ? payload["label"] : undefined;
    if (isNamed(label)) return { id: label.id, name: label.name };
    if (sending.errors.some(({ error }) => error.code === "label_taken")) return readLabel(repositoryId, name);
    throw toAbsence(sending, "the label");
  };
}
