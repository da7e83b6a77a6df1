// The grid: shows the tab, follows the keyboard and the pointer, and sends what people do as the sheet's own requests.
'use strict';
(() => {
  const words = document.body.dataset;
  const $ = (id) => document.getElementById(id);
  const [grid, scroll, entry, where, menu, state] = ['grid', 'scroll', 'entry', 'where', 'menu', 'state'].map($);
  const narrow = matchMedia('(max-width: 640px)').matches;
  // Rows and columns shown beyond the used ones, so that there is room to type.
  const ROOM = { rows: 12, columns: 2 };

  let tab = Number(words.tab);
  let from = 1;
  let sheet = null;
  let last = '';
  let at = { row: 1, column: 0, whole: null };
  let editing = null;

  const letters = (column) => (column < 26 ? '' : letters(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));
  const cellAt = (row, column) => (row === 0 ? sheet.header : sheet.cells[row - sheet.from] || [])[column] || { text: '' };
  const content = (cell) => (cell.formula !== undefined ? cell.formula : cell.text);

  async function load(force) {
    if (editing && !force) return;
    let text;
    try {
      const answer = await fetch(`/sheet/data?tab=${tab}&from=${from}`);
      if (!answer.ok) throw new Error(String(answer.status));
      text = await answer.text();
    } catch (error) {
      say(words.broken, true);
      return;
    }
    say('');
    if ((text === last && !force) || editing) return;
    last = text;
    sheet = JSON.parse(text);
    draw();
  }

  function say(text, bad) {
    state.textContent = text;
    state.classList.toggle('bad', Boolean(bad));
  }

  // The widths of the columns: by what is in them, within limits.
  function widths(columns) {
    const measured = [];
    for (let column = 0; column < columns; column += 1) {
      let longest = Math.min(cellAt(0, column).text.length, 26) * 1.15 + 1;
      for (const row of sheet.cells.slice(0, 60)) longest = Math.max(longest, row[column] ? row[column].text.length : 0);
      measured.push(Math.round(Math.max(76, Math.min(longest * 7.2 + 22, narrow ? 170 : 250))));
    }
    return measured;
  }

  function make(tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  function cellElement(row, column) {
    const cell = cellAt(row, column);
    const td = make('td');
    if (cell.link) {
      const link = make('a', cell.text);
      link.href = cell.link;
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      td.append(link);
    } else {
      td.textContent = cell.text.replaceAll('\n', ' ⏎ ');
    }
    if (typeof cell.value === 'number') td.classList.add('number');
    if (cell.words) td.classList.add('words');
    td.title = cell.text.length > 24 ? cell.text : '';
    td.dataset.row = row;
    td.dataset.column = column;
    return td;
  }

  function rowElement(row, columns) {
    const tr = make('tr');
    const number = make('th', row + 1, 'row');
    number.dataset.row = row;
    tr.append(number);
    for (let column = 0; column < columns; column += 1) tr.append(cellElement(row, column));
    return tr;
  }

  function draw() {
    const widest = Math.max(sheet.header.length, ...sheet.cells.map((row) => row.length), 1);
    const columns = Math.min(widest + ROOM.columns, sheet.columns);
    const end = Math.min(sheet.from + sheet.page, Math.max(sheet.used, sheet.from) + ROOM.rows, sheet.rows);
    const measured = widths(columns);
    const group = make('colgroup');
    for (const width of [narrow ? 34 : 46, ...measured]) {
      const col = make('col');
      col.style.width = `${width}px`;
      group.append(col);
    }
    const head = make('thead');
    const names = make('tr');
    names.append(make('th', '', 'row'));
    for (let column = 0; column < columns; column += 1) {
      const th = make('th', letters(column));
      th.dataset.column = column;
      names.append(th);
    }
    const header = rowElement(0, columns);
    header.className = 'frozen';
    head.append(names, header);
    const body = make('tbody');
    for (let row = sheet.from; row < end; row += 1) body.append(rowElement(row, columns));
    grid.replaceChildren(group, head, body);
    grid.style.width = `${measured.reduce((sum, width) => sum + width, narrow ? 34 : 46)}px`;
    at.column = Math.min(at.column, columns - 1);
    drawTabs();
    mark();
  }

  function drawTabs() {
    $('tabs').replaceChildren(...sheet.tabs.map((one) => {
      const button = make('button', one.title);
      button.setAttribute('role', 'tab');
      button.setAttribute('aria-selected', String(one.id === sheet.tab));
      button.onclick = () => { tab = one.id; from = 1; at = { row: 1, column: 0, whole: null }; load(true); };
      return button;
    }));
    const turn = (label, to) => {
      const button = make('button', label);
      button.disabled = to < 1 || to >= Math.max(sheet.used, 2);
      button.onclick = () => { from = to; at.row = to; load(true); };
      return button;
    };
    const many = sheet.used > sheet.page + 1;
    $('pages').replaceChildren(`${Math.max(sheet.used - 1, 0)} ${words.rows}`, ...(many ? [turn('‹', sheet.from - sheet.page), turn('›', sheet.from + sheet.page)] : []));
  }

  const td = (row, column) => grid.querySelector(`td[data-row="${row}"][data-column="${column}"]`);

  function mark() {
    grid.querySelectorAll('.on').forEach((element) => element.classList.remove('on'));
    const cell = td(at.row, at.column);
    if (cell && !at.whole) cell.classList.add('on');
    if (at.whole !== 'row') grid.querySelector(`th[data-column="${at.column}"]`)?.classList.add('on');
    if (at.whole !== 'column') grid.querySelector(`th[data-row="${at.row}"]`)?.classList.add('on');
    where.textContent = at.whole === 'column' ? letters(at.column) : at.whole === 'row' ? String(at.row + 1) : letters(at.column) + (at.row + 1);
    if (document.activeElement !== entry) entry.value = content(cellAt(at.row, at.column));
    for (const button of document.querySelectorAll('.tools button')) {
      const name = button.dataset.do;
      button.disabled = (at.whole === 'column' && name.startsWith('row')) || (at.row === 0 && (name === 'row-delete' || name === 'row-above')) || (at.whole === 'row' && !name.startsWith('row'));
    }
  }

  function select(row, column, whole) {
    at = { row: Math.max(0, row), column: Math.max(0, column), whole: whole || null };
    mark();
    const cell = td(at.row, at.column);
    if (cell && !whole) cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  async function send(path, body) {
    try {
      const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const problem = answer.ok ? null : await answer.json();
      await load(true);
      if (problem) say(problem.error.message, true); else say(words.saved);
    } catch (error) {
      say(words.broken, true);
    }
  }

  const type = (text) => send('/sheet/type', { tab, row: at.row, column: at.column, text });

  function edit(start) {
    const cell = td(at.row, at.column);
    if (!cell || editing) return;
    closeMenu();
    const input = make('input');
    input.value = start === undefined ? content(cellAt(at.row, at.column)) : start;
    editing = { input, before: content(cellAt(at.row, at.column)) };
    cell.classList.add('open');
    cell.append(input);
    input.focus();
    input.addEventListener('input', () => { entry.value = input.value; });
    input.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Enter') { event.preventDefault(); finish(true, 1, 0); }
      if (event.key === 'Tab') { event.preventDefault(); finish(true, 0, event.shiftKey ? -1 : 1); }
      if (event.key === 'Escape') finish(false, 0, 0);
    });
    input.addEventListener('blur', () => finish(true, 0, 0));
  }

  async function finish(keep, down, right) {
    if (!editing) return;
    const { input, before } = editing;
    const text = input.value;
    editing = null;
    input.parentElement?.classList.remove('open');
    input.remove();
    scroll.focus({ preventScroll: true });
    const sent = keep && text !== before ? type(text) : load(true);
    select(at.row + down, at.column + right);
    await sent;
  }

  function openMenu(cell) {
    const list = cellAt(at.row, at.column).words || [];
    menu.replaceChildren(...list.map((word) => {
      const button = make('button', word);
      button.onclick = () => { closeMenu(); type(word); };
      return button;
    }));
    const box = cell.getBoundingClientRect();
    menu.hidden = false;
    menu.style.left = `${Math.max(4, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${box.bottom + menu.offsetHeight > innerHeight ? Math.max(4, box.top - menu.offsetHeight) : box.bottom}px`;
  }

  function closeMenu() { menu.hidden = true; }

  grid.addEventListener('mousedown', (event) => { if (event.target.closest('td') && !event.target.closest('input, a') && !editing) event.preventDefault(); });
  grid.addEventListener('click', async (event) => {
    if (event.target.closest('input, a')) return;
    const cell = event.target.closest('td');
    const head = event.target.closest('th');
    closeMenu();
    if (head) {
      if (head.dataset.column !== undefined) select(at.row, Number(head.dataset.column), 'column');
      else if (head.dataset.row !== undefined) select(Number(head.dataset.row), at.column, 'row');
    }
    if (!cell) return;
    const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
    const again = !at.whole && at.row === row && at.column === column;
    const arrow = cell.classList.contains('words') && event.clientX > cell.getBoundingClientRect().right - 24;
    select(row, column);
    scroll.focus({ preventScroll: true });
    if (arrow) openMenu(cell); else if (again) edit();
  });
  scroll.addEventListener('scroll', closeMenu);
  document.addEventListener('click', (event) => { if (!event.target.closest('#menu, td')) closeMenu(); });

  scroll.addEventListener('keydown', (event) => {
    if (editing || !sheet) return;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Tab: [0, event.shiftKey ? -1 : 1] };
    if (moves[event.key]) {
      event.preventDefault();
      let row = at.row + moves[event.key][0];
      // The header is row 1; the rows between it and this page are on other pages.
      if (row > 0 && row < sheet.from) row = moves[event.key][0] < 0 ? 0 : sheet.from;
      select(row, at.column + moves[event.key][1]);
    } else if (event.key === 'Enter' || event.key === 'F2') { event.preventDefault(); edit(); } else if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); type(''); } else if (event.key === 'Escape') closeMenu(); else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); edit(event.key); }
  });

  entry.addEventListener('focus', () => { editing = { input: entry, before: entry.value }; });
  entry.addEventListener('blur', () => { if (editing?.input === entry) editing = null; mark(); });
  entry.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { entry.value = content(cellAt(at.row, at.column)); entry.blur(); }
    if (event.key !== 'Enter') return;
    const text = entry.value;
    editing = null;
    scroll.focus();
    type(text);
    select(at.row + 1, at.column);
  });

  const dimension = (kind, start) => ({ sheetId: tab, dimension: kind, startIndex: start, endIndex: start + 1 });
  const insert = (kind, start, inherit) => [{ insertDimension: { range: dimension(kind, start), inheritFromBefore: inherit } }];
  const sort = (order) => [{ sortRange: { range: { sheetId: tab, startRowIndex: 1, endRowIndex: sheet.used, startColumnIndex: 0, endColumnIndex: sheet.columns }, sortSpecs: [{ dimensionIndex: at.column, sortOrder: order }] } }];
  const acts = {
    'sort-up': () => sort('ASCENDING'),
    'sort-down': () => sort('DESCENDING'),
    'row-above': () => insert('ROWS', at.row, false),
    'row-below': () => insert('ROWS', at.row + 1, true),
    'row-delete': () => [{ deleteDimension: { range: dimension('ROWS', at.row) } }],
    'column-left': () => insert('COLUMNS', at.column, false),
    'column-right': () => insert('COLUMNS', at.column + 1, true),
    'column-delete': () => [{ deleteDimension: { range: dimension('COLUMNS', at.column) } }],
  };
  document.querySelector('.tools').addEventListener('click', (event) => {
    const name = event.target.closest('button')?.dataset.do;
    if (!name || !sheet || (name.startsWith('sort') && sheet.used < 2)) return;
    send('/sheet/edit', acts[name]());
  });

  load(true);
  setInterval(() => { if (!document.hidden) load(false); }, 2000);
})();
