import { describe, expect, test } from "vitest";
import { compileQuery, runQuery } from "../support/kql-run.ts";
import type { Row } from "../support/kql-aggregate.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00Z");

/** What Microsoft's reference of the language says of expressions, an example each: expression, its value. */
const EXPRESSIONS: readonly (readonly [expression: string, value: unknown])[] = [
  // scalar-data-types/null-values: a null sticks, but for (in)equality with a value and `and` with false.
  ["int(null) > 3", null],
  ["int(null) * 10", null],
  ["int(null) / 10", null],
  ["int(null) == int(null)", null],
  ["int(null) != int(null)", null],
  ["5 == int(null)", false],
  ["5 != int(null)", true],
  ["bool(null) and true", null],
  ["bool(null) and false", false],
  ["tobool('maybe') == false", false],
  // numerical-operators: whole numbers stay whole, cut towards zero.
  ["1.0 / 2", 0.5],
  ["1 / 2.0", 0.5],
  ["1 / 2", 0],
  ["toint('-7') / 2", -3],
  ["toreal(1) / 2", 0.5],
  ["2 * 2", 4],
  ["1 < 10", true],
  ["0.23 > 0.22", true],
  ["5 >= 4", true],
  ["1.0 / 0.0", Infinity],
  // datatypes-string-operators
  ["'aBc' == 'aBc'", true],
  ["'aBc' == 'ABC'", false],
  ["'abc' != 'ABC'", true],
  ["'aBc' !~ 'xyz'", true],
  ["'abc' !~ 'ABC'", false],
  ["'abc' in ('123', '345', 'abc')", true],
  ["'Abc' in ('123', '345', 'abc')", false],
  ["'bca' !in ('123', '345', 'abc')", true],
  ["'Fabrikam' startswith 'fab'", true],
  ["'Fabrikam' startswith 'kam'", false],
  // toint-function, tolong-function, toreal-function, tobool-function, tostring-function
  ["toint('123') == 123", true],
  ["toint(2.3)", 2],
  ["toint('x')", null],
  ["toint(3000000000)", null],
  ["tolong(3000000000)", 3_000_000_000],
  ["tolong('123') == 123", true],
  ["toreal('123.4') == 123.4", true],
  ["tobool('true') == true", true],
  ["tobool('false') == false", true],
  ["tobool(1) == true", true],
  ["tobool(123) == true", true],
  ["tostring(123)", "123"],
  ["tostring(int(null))", ""],
  // parse-json-function, scalar-data-types/dynamic
  [`tostring(parse_json('{"duration":{"value":118.0,"count":5.0}}').duration.value)`, "118"],
  [`toint(parse_json('{"a1":100,"b":"2015-01-01"}').a1)`, 100],
  [`tostring(parse_json('{"a1":100,"b":"x"}').b)`, "x"],
  [`tostring(parse_json('{"a1":null}').a1)`, ""],
  [`toint(parse_json('{"a1":null}').b)`, null],
  [`tostring(parse_json('no JSON'))`, "no JSON"],
  [`tostring(parse_json('no JSON').a)`, ""],
  // strlen-function: code points
  ["strlen('hello')", 5],
  ["strlen('⒦⒰⒮⒯⒪')", 5],
  ["strlen('\u0043\u0327edilla')", 8],
  // bin-function, ago-function
  ["bin(4.5, 1)", 4],
  ["bin(time(16d), 7d)", 14 * 86_400_000],
  ["bin(datetime(1970-05-11 13:45:07), 1d)", "1970-05-11T00:00:00.000Z"],
  ["bin(datetime(2026-11-25 10:59:59.999), 5m)", "2026-11-25T10:55:00.000Z"],
  ["bin(int(null), 5)", null],
  ["ago(1h)", "2026-11-25T11:00:00.000Z"],
];

describe("an expression means what Microsoft's reference says:", () => {
  test.each(EXPRESSIONS)("%s", (expression, value) => {
    expect(runQuery(`print value = ${expression}`, {}, NOW_MS)).toEqual([{ value }]);
  });
});

const FRUIT = `datatable(fruit:string, color:string, version:int)
  ['Apple', 'Red', 1, 'Apple', 'Green', int(null), 'Banana', 'Yellow', int(null), 'Banana', 'Green', int(null), 'Pear', 'Brown', 1, 'Pear', 'Green', 2]`;
const LATENCIES = "datatable(count:long, bucket:long)[3, 30, 8, 10, 1, 40, 6, 20]";
const BIRTHS = "datatable(name:string, day:long)['John', 9, 'Paul', 18, 'George', 25, 'Ringo', 7]";
const NONE = "datatable(x:long)[]";

/** The same of operators and aggregations: query, its rows. */
const QUERIES: readonly { readonly name: string; readonly query: string; readonly rows: readonly Row[] }[] = [
  {
    name: "where drops what is null",
    query: "datatable(i:int, s:string)[5, 'a', int(null), 'b', 6, 'c'] | where i > 5",
    rows: [{ i: 6, s: "c" }],
  },
  {
    name: "where keeps a null that is not equal",
    query: "datatable(i:int, s:string)[5, 'a', int(null), 'b'] | where i != 5",
    rows: [{ i: null, s: "b" }],
  },
  {
    name: "extend adds and replaces, and reads what was there before",
    query: "datatable(v:int)[5] | extend v = v * 2, w = v * 10 | project w, v",
    rows: [{ w: 50, v: 10 }],
  },
  {
    name: "arg_max leaves nulls out, and gives a row where there is nothing else",
    query: `${FRUIT} | summarize arg_max(version, color) by fruit`,
    rows: [
      { fruit: "Apple", version: 1, color: "Red" },
      { fruit: "Banana", version: null, color: "Yellow" },
      { fruit: "Pear", version: 2, color: "Green" },
    ],
  },
  {
    name: "max, min, sum and dcount leave nulls out",
    query: `${FRUIT} | summarize most = max(version), least = min(version), all = sum(version), kinds = dcount(version), fruits = dcount(fruit)`,
    rows: [{ most: 2, least: 1, all: 4, kinds: 2, fruits: 3 }],
  },
  {
    name: "over nothing, without a key, there is one row of defaults",
    query: `${NONE} | summarize all = sum(x), some = sumif(x, x > 0), kinds = dcount(x), most = max(x), least = min(x)`,
    rows: [{ all: 0, some: 0, kinds: 0, most: null, least: null }],
  },
  { name: "over nothing, with a key, there is no row", query: `${NONE} | summarize all = sum(x) by x`, rows: [] },
  {
    name: "over nothing but nulls, a sum is 0 and a maximum null",
    query: "datatable(x:long)[long(null)] | summarize all = sum(x), most = max(x)",
    rows: [{ all: 0, most: null }],
  },
  {
    name: "sumif takes what the condition is true for",
    query: `${BIRTHS} | summarize days = sumif(day, strlen(name) > 4)`,
    rows: [{ days: 32 }],
  },
  {
    name: "aggregations may be reckoned with",
    query: `${BIRTHS} | summarize half = max(day) / 2`,
    rows: [{ half: 12 }],
  },
  {
    name: "percentilesw is the nearest rank of what is repeated by its weight",
    query: `${LATENCIES} | summarize percentilesw(bucket, count, 50, 75, 99.9)`,
    rows: [{ percentile_bucket_50: 20, percentile_bucket_75: 20, percentile_bucket_99_9: 40 }],
  },
  {
    name: "order by is descending, and nulls are last then",
    query: "datatable(x:int)[1, int(null), 3, 2] | order by x",
    rows: [{ x: 3 }, { x: 2 }, { x: 1 }, { x: null }],
  },
  {
    name: "order by, ascending, has nulls first",
    query: "datatable(x:int)[1, int(null), 3, 2] | order by x asc",
    rows: [{ x: null }, { x: 1 }, { x: 2 }, { x: 3 }],
  },
  {
    name: "order by may say where nulls are, and goes by the next column where one is equal",
    query: "datatable(x:int, s:string)[1, 'a', int(null), 'b', 1, 'c'] | order by x asc nulls last, s desc",
    rows: [
      { x: 1, s: "c" },
      { x: 1, s: "a" },
      { x: null, s: "b" },
    ],
  },
  { name: "take has the first", query: "datatable(x:int)[1, 3, 2] | order by x desc | take 2", rows: [{ x: 3 }, { x: 2 }] },
];

describe("an operator does what Microsoft's reference says:", () => {
  test.each(QUERIES)("$name", ({ query, rows }) => {
    expect(runQuery(query)).toEqual(rows);
  });
});

describe("what is stored", () => {
  test("has times, and the empty text or null where nothing is", () => {
    const traces = [{ timestamp: "2026-11-25T10:00:00.000Z", message: "m" }];
    expect(runQuery("traces | project timestamp, message, operation_Name, itemCount", { traces })).toEqual([
      { timestamp: "2026-11-25T10:00:00.000Z", message: "m", operation_Name: "", itemCount: null },
    ]);
  });

  test("has the columns that Application Insights has", () => {
    expect(() => runQuery("traces", { traces: [{ text: "m" }] })).toThrow("no column text");
  });
});

describe("what no query uses is refused, by name:", () => {
  test.each([
    ["traces | count", "CountOperator"],
    ["traces | distinct message", "DistinctOperator"],
    ["traces | top 3 by timestamp", "TopOperator"],
    ["traces | join kind=inner traces on operation_Id", "JoinOperator"],
    ["traces | where message has 'x'", "HasExpression"],
    ["traces | where message contains 'x'", "ContainsExpression"],
    ["traces | where message == 'x' or message == 'y'", "OrExpression"],
    ["traces | where isempty(message)", "isempty"],
    ["traces | summarize count()", "count"],
    ["traces | summarize avg(itemCount)", "avg"],
    ["traces | summarize percentiles(itemCount, 50)", "percentiles"],
    ["traces | summarize max(message)", "max(message)"],
    ["traces | project n = itemCount + 1", "AddExpression"],
    ["traces | where customDimensions.Category == 'x'", "EqualExpression of dynamic and string"],
    ["traces | where message in~ ('x')", "InCsExpression"],
    ["traces | extend strlen(message)", "extend without a name"],
    ["traces | take 3", "take of rows in no order"],
    ["let n = 3; traces | where itemCount > n", "more than one statement"],
  ])("%s", (query, says) => {
    expect(() => compileQuery(query)).toThrow(says);
  });

  test.each([
    ["what is not documented", "print n = toint('2.3')", "toint('2.3') of \"2.3\""],
    ["division of whole numbers by zero", "print n = 1 / 0", "1 / 0 that gives Infinity"],
    ["a choice that nothing decides", "datatable(a:int, b:int)[1, 1, 1, 2] | summarize arg_max(a, b)", "equal values"],
  ])("%s", (_, query, says) => {
    expect(() => runQuery(query)).toThrow(says);
  });

  test("a query that the parser refuses", () => {
    expect(() => compileQuery("trace | where x")).toThrow("The query is wrong");
  });
});
