// Shows new letters as they come.
'use strict';
(() => {
  const list = document.getElementById('letters');
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(`/control/letters?after=${list.dataset.count}`);
      if ((await answer.json()).length > 0) location.reload();
    } catch (error) {
      // The sandbox has stopped; the page stays as it is.
    }
  }, 2000);
})();
