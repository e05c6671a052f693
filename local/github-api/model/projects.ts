// Projects (version 2): fields, items and their values.

export interface Project {
  readonly __typename: "ProjectV2";
  readonly id: string;
  readonly fullDatabaseId: string;
  readonly ownerId: string;
  readonly creatorId: string;
  readonly number: number;
  readonly title: string;
  readonly shortDescription: string | null;
  readonly readme: string | null;
  readonly closed: boolean;
  readonly closedAt: string | null;
  readonly public: boolean;
  readonly template: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly fieldIds: readonly string[];
}

export interface SelectOption {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

export interface Iteration {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD`. */
  readonly startDate: string;
  /** Days. */
  readonly duration: number;
}

interface FieldBase {
  readonly id: string;
  readonly databaseId: number;
  readonly projectId: string;
  readonly name: string;
  readonly dataType: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
export interface PlainField extends FieldBase {
  readonly __typename: "ProjectV2Field";
}
export interface SelectField extends FieldBase {
  readonly __typename: "ProjectV2SingleSelectField";
  readonly selectOptions: readonly SelectOption[];
}
export interface IterationField extends FieldBase {
  readonly __typename: "ProjectV2IterationField";
  readonly iterations: readonly Iteration[];
  readonly duration: number;
  readonly startDay: number;
}
export type ProjectField = PlainField | SelectField | IterationField;

/** One value of one field of an item; exactly one of the last five is set. */
export interface FieldValue {
  readonly id: string;
  readonly databaseId: number;
  readonly fieldId: string;
  readonly creatorId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly text?: string;
  readonly number?: number;
  readonly date?: string;
  readonly optionId?: string;
  readonly iterationId?: string;
}

export interface ProjectItem {
  readonly __typename: "ProjectV2Item";
  readonly id: string;
  readonly fullDatabaseId: string;
  readonly projectId: string;
  readonly contentId: string;
  readonly creatorId: string;
  readonly isArchived: boolean;
  readonly archivedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** By field id. */
  readonly values: Readonly<Record<string, FieldValue>>;
}

export interface DraftIssue {
  readonly __typename: "DraftIssue";
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly creatorId: string;
  readonly assigneeIds: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}
