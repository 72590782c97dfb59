"use strict";
(() => {
  const form = document.querySelector(".filters");
  if (!form) return;
  const fields = form.elements;
  const articles = [...document.querySelectorAll(".article")];
  const paragraphs = [...document.querySelectorAll(".paragraph")];
  const sentences = [...document.querySelectorAll(".s")].map((element) => ({
    element,
    stance: element.dataset.stance,
    source: element.dataset.source.toLowerCase(),
    score: Number(element.dataset.score),
  }));
  let entry = null; // the one sentence that the Tab key stops at

  const stop = (element) => {
    if (entry) entry.tabIndex = -1;
    entry = element;
    if (entry) entry.tabIndex = 0;
  };
  const empty = (element) => !element.querySelector(".s:not([hidden])");
  const shown = () => sentences.map(({ element }) => element).filter((element) => !element.hidden);

  const filter = () => {
    const stances = new Set([...fields.stance].filter((box) => box.checked).map((box) => box.value));
    const source = fields.source ? fields.source.value.trim().toLowerCase() : "";
    const least = Number(fields.score.value);
    for (const row of sentences) {
      row.element.hidden = !(
        stances.has(row.stance) && row.score >= least && row.source.includes(source)
      );
    }
    for (const paragraph of paragraphs) paragraph.hidden = empty(paragraph);
    for (const article of articles) article.hidden = empty(article);
    const left = shown();
    form.querySelector(".least").textContent = least.toFixed(2);
    form.querySelector(".shown").textContent = left.length.toLocaleString("en");
    stop(left[0]);
  };

  const reset = () => {
    form.reset();
    filter();
  };

  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches(".s")) return;
    if (target.hidden) reset();
    target.closest("details").open = true;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  };

  const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.target.matches(".s")) return;
    const row = shown();
    const next = row[row.indexOf(event.target) + step];
    event.preventDefault();
    if (!next) return;
    next.closest("details").open = true;
    next.focus();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".s")) stop(event.target);
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    if (event.target.type === "reset") {
      event.preventDefault(); // the fields would change after everything that listens
      reset();
    } else if (event.target.name === "unfold") {
      for (const article of articles) article.open = Boolean(event.target.value);
    }
  });
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });
  addEventListener("hashchange", reveal);
  form.hidden = false;
  filter();
  reveal();
})();
(() => {
  const form = document.querySelector(".paste");
  if (!form) return;
  const field = form.elements.file;
  const fits = (file) => !file || file.size <= Number(form.dataset.most);
  const check = () => {
    field.setCustomValidity(fits(field.files[0]) ? "" : "This file is too long for one request.");
  };
  field.addEventListener("input", check);
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    check();
    form.requestSubmit();
  });
})();
