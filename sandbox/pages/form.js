// The form's own checks, as the form says them beside each question; the server checks again.
'use strict';
(() => {
  const form = document.getElementById('form');
  const words = form.dataset;

  function complaint(card) {
    const inputs = [...card.querySelectorAll('input, textarea')];
    const kind = card.dataset.kind;
    const choice = kind === 'choice' || kind === 'checkbox';
    const empty = choice ? !inputs.some((input) => input.checked) : !inputs[0].value.trim();
    // A date typed half-way has no value, but is not empty.
    if (!choice && inputs[0].validity.badInput) return kind === 'time' ? words.time : words.date;
    if (empty) return 'required' in card.dataset ? words.required : '';
    if (kind === 'email' && inputs[0].validity.typeMismatch) return words.email;
    return '';
  }

  function show(card) {
    const text = complaint(card);
    card.classList.toggle('wrong', text !== '');
    card.querySelector('.error span').textContent = text;
    return text === '';
  }

  const cards = [...form.querySelectorAll('.question')];
  for (const card of cards) {
    card.addEventListener('focusout', () => { if (card.classList.contains('wrong') || card.querySelector('input[type=email]')) show(card); });
    const clear = card.querySelector('.clear button');
    const refresh = () => { if (clear) clear.hidden = !card.querySelector('input:checked'); };
    card.addEventListener('change', () => { refresh(); if (card.classList.contains('wrong')) show(card); });
    if (clear) clear.addEventListener('click', () => { card.querySelectorAll('input').forEach((input) => { input.checked = false; }); refresh(); });
    refresh();
    const area = card.querySelector('textarea');
    if (area) {
      const grow = () => { area.style.height = 'auto'; area.style.height = `${area.scrollHeight}px`; };
      area.addEventListener('input', grow);
      grow();
    }
  }
  form.addEventListener('submit', (event) => {
    const bad = cards.filter((card) => !show(card));
    if (bad.length === 0) return;
    event.preventDefault();
    bad[0].scrollIntoView({ block: 'center' });
    bad[0].querySelector('input, textarea').focus({ preventScroll: true });
  });
})();
