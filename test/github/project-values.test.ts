import { describe, expect, test } from "vitest";
import { findProjectField, toProjectValue } from "../../github/project-values.ts";
import type { ProjectFacts } from "../../github/projects.ts";
import type { FieldValue } from "../../sync/model.ts";

const FACTS: ProjectFacts = {
  projectId: "PVT_1",
  title: "Roadmap",
  closed: false,
  viewerCanUpdate: true,
  fields: [
    { fieldId: "F_title", name: "Title", dataType: "other" },
    {
      fieldId: "F_status",
      name: "Status",
      dataType: "singleSelect",
      options: [
        { id: "o1", name: "done" },
        { id: "o2", name: "Done" },
        { id: "o3", name: "In Progress" },
      ],
    },
    {
      fieldId: "F_sprint",
      name: "Sprint",
      dataType: "iteration",
      iterations: [
        { id: "i2", title: "Two", startDate: "2026-12-07" },
        { id: "i9", title: "One", startDate: "2026-11-23" },
        { id: "i0", title: "One", startDate: "2026-01-05" },
      ],
    },
    { fieldId: "F_estimate", name: "Estimate", dataType: "number" },
    { fieldId: "F_due", name: "Due", dataType: "date" },
    { fieldId: "F_notes", name: "Notes", dataType: "text" },
  ],
};

describe("toProjectValue", () => {
  test.each<[string, FieldValue, string, object | null]>([
    ["project.Status", "Done", "F_status", { singleSelectOptionId: "o2" }],
    ["project.Status", "in progress", "F_status", { singleSelectOptionId: "o3" }],
    ["project.status", "done", "F_status", { singleSelectOptionId: "o1" }],
    ["project.Sprint", "One", "F_sprint", { iterationId: "i9" }],
    ["project.Sprint", "two ", "F_sprint", { iterationId: "i2" }],
    ["project.Estimate", 0, "F_estimate", { number: 0 }],
    ["project.Estimate", 2.5, "F_estimate", { number: 2.5 }],
    ["project.Due", "2026-12-01", "F_due", { date: "2026-12-01" }],
    ["project.Notes", "Text", "F_notes", { text: "Text" }],
    ["project.Notes", 3, "F_notes", { text: "3" }],
    ["project.Notes", "", "F_notes", null],
    ["project.Estimate", null, "F_estimate", null],
    ["project.Sprint", null, "F_sprint", null],
  ])("%s takes %j", (field, value, fieldId, target) => {
    expect(toProjectValue(field, value, FACTS)).toEqual({ fieldId, value: target });
  });

  test.each<[string, FieldValue, string, RegExp, RegExp]>([
    ["project.Status", "Later", "option_missing", /no option "Later"/, /"done", "Done", "In Progress", or add "Later"/],
    ["project.Sprint", "Nine", "iteration_missing", /no iteration "Nine"/, /"Two", "One"/],
    ["project.Colour", "red", "project_field_missing", /no field "Colour"/, /"Status", "Sprint", "Estimate", "Due", "Notes"/],
    ["project.Title", "x", "project_field_type", /"Title".*cannot be set/, /text, number, date/],
    ["project.Estimate", "many", "project_value_type", /takes a number, found "many"/, /types fit/],
    ["project.Estimate", Number.NaN, "project_value_type", /takes a number/, /types fit/],
    ["project.Due", "tomorrow", "project_value_type", /takes a day/, /types fit/],
    ["project.Status", ["a", "b"], "project_value_type", /takes one option/, /types fit/],
    ["project.Notes", ["a"], "project_value_type", /takes a text/, /types fit/],
  ])("%s does not take %j, and says what there is", (field, value, code, reason, remedy) => {
    const target = toProjectValue(field, value, FACTS);

    expect(target).toMatchObject({
      problem: { field, code, reason: expect.stringMatching(reason) as string, remedy: expect.stringMatching(remedy) as string },
    });
  });

  test("the status column is told of as such", () => {
    expect(toProjectValue("column", "Later", FACTS, "Status")).toMatchObject({
      problem: { field: "column", code: "option_missing" },
    });
    expect(toProjectValue("column", "Done", FACTS, "Status")).toEqual({
      fieldId: "F_status",
      value: { singleSelectOptionId: "o2" },
    });
  });
});

test("a field is found with and without its prefix, whatever its case", () => {
  expect(findProjectField(FACTS, "project.Due")?.fieldId).toBe("F_due");
  expect(findProjectField(FACTS, "due")?.fieldId).toBe("F_due");
  expect(findProjectField(FACTS, "Dues")).toBeUndefined();
});
