import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendMarker, createMarkerSigner, findMarker, pageOfMarker, stripMarker } from "../../github/marker.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const OTHER_KEY = "fedcba9876543210fedcba9876543210";
const PAGE_ID = "1f0c2a34-5b6d-4e7f-8091-a2b3c4d5e6f7";

const aKey = fc.string({ minLength: 32, maxLength: 64 });
const aBody = fc.array(fc.constantFrom("text", "# Title", "", "  indented", "<!-- other -->", "| a |", "```"), { maxLength: 8 });
const aLineEnd = fc.constantFrom("\n", "\r\n");

describe("createMarkerSigner", () => {
  test("formats the page, the key's number and the mac in one line", () => {
    const marker = createMarkerSigner([KEY]).format(PAGE_ID);

    expect(marker).toMatchInlineSnapshot(
      `"<!-- notion-sync:v1 page=1f0c2a345b6d4e7f8091a2b3c4d5e6f7 key=927144015 mac=opnclbdtsgmm6qmdsglb5f35l5 -->"`,
    );
  });

  test("the mac is the start of the HMAC-SHA256 of the page's 32 digits, in base32 as RFC 4648 has it", () => {
    const digest = createHmac("sha256", KEY).update(PAGE_ID.replaceAll("-", "")).digest();
    const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    const letters = bits.match(/.{5}/g)?.map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(parseInt(five, 2))) ?? [];

    const marker = createMarkerSigner([KEY]).format(PAGE_ID);

    expect(/mac=(\S+) /.exec(marker)?.[1]?.toUpperCase()).toBe(letters.slice(0, 26).join(""));
  });

  test("what it formats it finds to be of the page, and valid", () => {
    fc.assert(
      fc.property(fc.uuid(), aKey, (pageId, key) => {
        const signer = createMarkerSigner([key]);

        expect(signer.check(signer.format(pageId))).toEqual({ pageId, valid: true });
      }),
    );
  });

  test("a marker of an older key stays valid while that key is listed, and no longer", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uniqueArray(aKey, { minLength: 2, maxLength: 4 }), (pageId, keys) => {
        const [first = "", ...others] = keys;
        const marker = createMarkerSigner([first]).format(pageId);

        expect(createMarkerSigner([...others, first]).check(marker)?.valid).toBe(true);
        expect(createMarkerSigner(others).check(marker)).toEqual({ pageId, valid: false });
      }),
    );
  });

  test("the first key signs, whatever follows", () => {
    expect(createMarkerSigner([KEY, OTHER_KEY]).format(PAGE_ID)).toBe(createMarkerSigner([KEY]).format(PAGE_ID));
    expect(createMarkerSigner([OTHER_KEY, KEY]).format(PAGE_ID)).not.toBe(createMarkerSigner([KEY]).format(PAGE_ID));
  });

  test("a mac that was changed in any place, or moved to another page, is refused", () => {
    const signer = createMarkerSigner([KEY]);

    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.nat({ max: 25 }), (pageId, otherPageId, place) => {
        fc.pre(pageId !== otherPageId);
        const marker = signer.format(pageId);
        const at = marker.indexOf("mac=") + 4 + place;
        const forged = marker.slice(0, at) + (marker.charAt(at) === "a" ? "b" : "a") + marker.slice(at + 1);
        const moved = marker.replace(pageId.replaceAll("-", ""), otherPageId.replaceAll("-", ""));

        expect(signer.check(forged)).toEqual({ pageId, valid: false });
        expect(signer.check(moved)).toEqual({ pageId: otherPageId, valid: false });
      }),
    );
  });

  test.each(["mac=", "mac=x", "mac=" + "a".repeat(500)])("a mac of another length (%s) names a page and is not valid", (mac) => {
    const signer = createMarkerSigner([KEY]);
    const marker = signer.format(PAGE_ID).replace(/mac=\S*/, mac);

    expect(signer.check(marker)).toEqual({ pageId: PAGE_ID, valid: false });
  });

  test.each(["", "text", "<!-- notion-sync:v1 -->", "<!-- notion-sync:v2 page=00 key=1 mac=a -->"])("%j is no marker", (text) => {
    expect(createMarkerSigner([KEY]).check(text)).toBeUndefined();
  });

  test("without a key it says what to set", () => {
    expect(() => createMarkerSigner([])).toThrow("MARKER_KEYS");
  });
});

describe("pageOfMarker", () => {
  test("names the page of a marker, whoever made it, and of nothing else", () => {
    expect(pageOfMarker(createMarkerSigner([KEY]).format(PAGE_ID))).toBe(PAGE_ID);
    expect(pageOfMarker(`<!-- notion-sync:v1 page=${PAGE_ID.replaceAll("-", "").toUpperCase()} key=1 mac=made-up -->`)).toBe(
      PAGE_ID,
    );
    expect(pageOfMarker(`<!-- notion-sync:v1 page=${PAGE_ID} key=1 mac=x -->`)).toBeUndefined();
    expect(pageOfMarker("<!-- other -->")).toBeUndefined();
  });
});

describe("the marker in a body", () => {
  const marker = createMarkerSigner([KEY]).format(PAGE_ID);
  const otherMarker = createMarkerSigner([OTHER_KEY]).format(PAGE_ID);

  test("is found, and taken out again, whatever the text and its line ends", () => {
    fc.assert(
      fc.property(aBody, aLineEnd, (lines, lineEnd) => {
        const body = lines.join(lineEnd);
        const marked = appendMarker(body, marker);

        expect(findMarker(marked)).toBe(marker);
        expect(marked.endsWith(marker)).toBe(true);
        expect(stripMarker(marked)).toBe(body.trimEnd());
        expect(appendMarker(marked, marker)).toBe(marked);
      }),
    );
  });

  test.each([`text\r\n\r\n${marker}\r\n`, `text\n${marker}   \n\nmore`, `  ${marker}`, marker])("is found in %j", (body) => {
    expect(findMarker(body)).toBe(marker);
  });

  test("of several, the last counts, and all are taken out", () => {
    const body = `${otherMarker}\ntext\n${marker}\n`;

    expect(findMarker(body)).toBe(marker);
    expect(stripMarker(body)).toBe("text");
    expect(appendMarker(body, otherMarker)).toBe(`text\n\n${otherMarker}`);
  });

  test.each(["", "text", `> ${marker}`, `see ${marker}`, "<!-- notion-sync:v1 page=12 key=1 mac=a -->"])(
    "is not found in %j",
    (body) => {
      expect(findMarker(body)).toBeNull();
      expect(stripMarker(body)).toBe(body);
    },
  );

  test("that was tampered with is still found, so that it is not taken for an item without one", () => {
    const forged = marker.replace(/mac=\S*/, "mac=zzz");

    expect(findMarker(`text\n${forged}`)).toBe(forged);
  });
});
