// Behind plot.js in report.html: draws every view there is.

for (const { title, ...view } of JSON.parse(document.getElementById("views").textContent)) {
  const [heading, words, host] = ["h3", "p", "div"].map((name) => document.createElement(name));
  heading.textContent = title;
  words.textContent = summary(view);
  host.className = "plot-host";
  host.setAttribute("role", "img");
  host.setAttribute("aria-label", describe(view));
  document.getElementById("over-time").append(...(title ? [heading] : []), words, bands(view), host, legend(view));
  new TimelinePlot(host).show(view);
}
