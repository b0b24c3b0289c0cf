// Stepping by keyboard and without a reload. All of it works without this file: each step is a page with an address of its own.
"use strict";
(() => {
  const show = async (href, push) => {
    const answer = await fetch(href);
    if (!answer.ok) { location.href = href; return; }
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("tour").replaceWith(next.getElementById("tour"));
    if (push) history.pushState(null, "", href);
  };
  let last = Promise.resolve(); // held keys come faster than answers: one after the other
  const go = (find) => {
    last = last.then(() => {
      const link = find();
      if (link) return show(link.getAttribute("href"), true);
    }).catch(() => {});
  };
  const operation = (by) => {
    const all = [...document.querySelectorAll(".operations > li")];
    const at = all.findIndex((li) => li.classList.contains("current")) + by;
    return all[at]?.querySelector("a");
  };
  const keys = {
    ArrowLeft: () => document.getElementById("back"),
    ArrowRight: () => document.getElementById("on"),
    ArrowUp: () => operation(-1),
    ArrowDown: () => operation(1),
    Home: () => document.querySelector(".operations li ol a"),
    End: () => [...document.querySelectorAll(".operations li ol a")].at(-1),
  };
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, button") || !keys[event.key]) return;
    event.preventDefault();
    go(keys[event.key]);
  });
  addEventListener("click", (event) => {
    const link = event.target.closest("#tour .stage a, #tour .operations a");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(() => link);
  });
  addEventListener("popstate", () => { last = last.then(() => show(location.href, false)).catch(() => {}); });
})();
