(() => {
  'use strict';
  const points = JSON.parse(document.getElementById('points').textContent);
  const buttons = [...document.querySelectorAll('.legend button')];
  const names = buttons.map(b => b.childNodes[1].textContent.trim());
  const hidden = new Set();
  const style = document.head.appendChild(document.createElement('style'));

  // Which contenders are hidden stands in the address, so that a view can be shared.
  const show = () => {
    style.textContent = [...hidden].map(s => `svg .s${s}{display:none}`).join('');
    buttons.forEach(b => b.setAttribute('aria-pressed', String(!hidden.has(+b.dataset.s))));
    history.replaceState(null, '', hidden.size ? '#hide=' + [...hidden].map(s => encodeURIComponent(names[s])).join(',') : location.pathname + location.search);
  };
  const wanted = /#hide=(.+)/.exec(location.hash);
  if (wanted) {
    for (const name of wanted[1].split(',')) {
      const s = names.indexOf(decodeURIComponent(name));
      if (s >= 0) hidden.add(s);
    }
  }
  buttons.forEach(b => b.addEventListener('click', () => {
    const s = +b.dataset.s;
    if (!hidden.delete(s)) hidden.add(s);
    show();
  }));
  if (hidden.size) show();

  // A name pointed at or focused stands out of the others' lines.
  const focus = document.head.appendChild(document.createElement('style'));
  buttons.forEach(b => {
    const s = b.dataset.s;
    const lift = () => { focus.textContent = `svg .l:not(.s${s}){opacity:.18}svg .b:not(.s${s}){opacity:0}svg .s${s}.b{opacity:.25}`; };
    const drop = () => { focus.textContent = ''; };
    b.addEventListener('pointerenter', lift);
    b.addEventListener('pointerleave', drop);
    b.addEventListener('focus', () => { if (b.matches(':focus-visible')) lift(); });
    b.addEventListener('blur', drop);
  });

  const number = y => y < 0 ? '–' : y >= 1000 ? Math.round(y).toLocaleString('en').replaceAll(',', ' ') : String(y);

  document.querySelectorAll('figure').forEach((figure, n) => {
    const chart = points[n], svg = figure.querySelector('svg'), out = figure.querySelector('output');
    const cursor = figure.querySelector('.c');
    let at = -1;
    const read = i => {
      at = Math.max(0, Math.min(chart.x.length - 1, i));
      out.replaceChildren(chart.x[at]);
      const rows = chart.s.filter(s => !hidden.has(s.i) && s.y[at] >= 0).sort((a, b) => b.y[at] - a.y[at]);
      for (const s of rows) {
        const row = document.createElement('div'), key = document.createElement('i'), value = document.createElement('b');
        key.className = 'k s' + s.i;
        value.textContent = number(s.y[at]);
        row.append(key, names[s.i], value);
        out.append(row);
      }
      out.classList.toggle('right', chart.p[at] < 160);
      out.style.visibility = cursor.style.visibility = 'visible';
      cursor.setAttribute('transform', `translate(${chart.p[at]} 0)`);
    };
    const leave = () => { at = -1; out.style.visibility = cursor.style.visibility = ''; };
    svg.addEventListener('pointermove', e => {
      const box = svg.getBoundingClientRect();
      const x = (e.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      let best = 0;
      chart.p.forEach((p, i) => { if (Math.abs(p - x) < Math.abs(chart.p[best] - x)) best = i; });
      if (best !== at) read(best);
    });
    svg.addEventListener('pointerleave', leave);
    figure.addEventListener('blur', leave);
    figure.addEventListener('keydown', e => {
      const to = { ArrowRight: at + 1, ArrowLeft: at < 0 ? chart.x.length - 1 : at - 1, Home: 0, End: chart.x.length - 1 }[e.key];
      if (e.key === 'Escape') leave();
      if (to === undefined) return;
      e.preventDefault();
      read(to);
    });
  });
})();
