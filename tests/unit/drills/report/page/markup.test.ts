import assert from "node:assert/strict";
import { Markup, markup } from "../../../../../drills/report/page/markup";

describe("a piece of a page", () => {
  it("has everything escaped that is put into it", () => {
    assert.equal(
      markup`<a title="${`"'<>&`}">${"<b> & 'c'"}</a>`.text,
      '<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt; &amp; &#39;c&#39;</a>',
    );
  });

  it("takes other pieces as they are, and lists and nothing too", () => {
    const items = ["a", "<"].map((text) => markup`<li>${text}</li>`);
    assert.equal(
      markup`<ul>${items}${undefined}${new Markup("<hr/>")}</ul>`.text,
      "<ul><li>a</li><li>&lt;</li><hr/></ul>",
    );
  });

  it("has numbers to a tenth", () => {
    assert.equal(markup`${1 / 3} ${20} ${-0.04} ${99.96}`.text, "0.3 20 0 100");
  });
});
