import { describe, test } from "vitest";
import { expectPlanSurvives } from "../support/plan-crash.ts";

describe("a host that is killed", () => {
  test("while it makes a plan writes nothing, and the plan is then carried out once", async () => {
    await expectPlanSurvives("make", 1, 25);
  });

  test("while it applies a plan carries out all of it, and nothing twice", async () => {
    await expectPlanSurvives("apply", 1, 40);
  });
});
