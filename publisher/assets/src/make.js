// In this file elements are made without HTML, so that nothing anybody typed is ever read as markup.

/** An element with properties and children; `class`, `data-…` and `aria-…` are set as attributes. */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "onclick") element.addEventListener("click", value);
    else if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Run `act` once `wait` milliseconds have gone by without another call; `.now()` runs it at once. */
export function later(act, wait) {
  let timer = 0;
  const wrapped = () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  wrapped.cancel = () => clearTimeout(timer);
  wrapped.now = () => {
    clearTimeout(timer);
    act();
  };
  return wrapped;
}

/** Let the browser ask before the page is left; the older ones look at `returnValue`. */
export function holdBack(event) {
  event.preventDefault();
  event.returnValue = true;
}
