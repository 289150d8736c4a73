'use strict';
(() => {
  const root = document.documentElement;
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // theme: for this page only, nothing is stored
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const toggle = make('button', { type: 'button', className: 'theme' });
  const label = () => { toggle.textContent = isDark() ? 'Light colours' : 'Dark colours'; };
  toggle.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; label(); });
  dark.addEventListener('change', label);
  label();
  document.querySelector('header').append(toggle);

  // numbers have commas between thousands, and may have ~ before them; – is none and goes last
  const number = text => text === '–' ? NaN : Number(text.replace(/[~,]/g, ''));
  const texts = new Intl.Collator('en', { numeric: true });

  const sort = (body, column, numeric, descending) => {
    const rows = [...body.rows].map(row => {
      const text = row.cells[column].textContent;
      return { row, key: numeric ? number(text) : text };
    });
    const sign = descending ? -1 : 1;
    rows.sort(numeric
      ? (a, b) => Number.isNaN(a.key) - Number.isNaN(b.key) || (sign * (a.key - b.key) || 0)
      : (a, b) => sign * texts.compare(a.key, b.key));
    body.append(...rows.map(entry => entry.row));
  };

  const enhance = box => {
    const body = box.querySelector('tbody');
    const headings = [...box.querySelectorAll('thead th')];
    if (body.rows.length < 2) return;

    headings.forEach((heading, column) => {
      const numeric = heading.classList.contains('n');
      const button = make('button', { type: 'button' }, ...heading.childNodes);
      button.addEventListener('click', () => {
        const before = heading.getAttribute('aria-sort');
        const descending = before === null ? numeric : before === 'ascending';
        headings.forEach(other => other.removeAttribute('aria-sort'));
        heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
        sort(body, column, numeric, descending);
      });
      heading.append(button);
    });

    // what fits into one look needs no filter
    const total = body.rows.length;
    if (total < 8) return;
    const name = document.getElementById(box.getAttribute('aria-labelledby')).textContent;
    const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: false });
    const count = make('output', {});
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(word => word);
      let shown = 0;
      for (const row of body.rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(word => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = words.length ? `${shown.toLocaleString('en')} of ${total.toLocaleString('en')} rows` : '';
    });
    const filter = make('label', {}, 'Filter ', input);
    input.setAttribute('aria-label', `Filter ${name}`);
    box.before(make('div', { className: 'filter' }, filter, count));
  };

  document.querySelectorAll('.box').forEach(enhance);
})();
