/**
 * Runs inside a page: everything a page can send, to every address, with every body. Resolves, when the browser is done
 * with all of it, to the answers the page could read.
 */
globalThis.attackFromPage = async ({ urls, bodies }) => {
  const read = [];
  const answered = async (reply) => {
    const body = await reply.then((response) => (response.ok ? response.text() : '')).catch(() => '');
    if (body !== '') read.push(body);
  };
  const element = (name, url) =>
    new Promise((resolve) => {
      const made = document.createElement(name);
      made.onload = () => resolve();
      made.onerror = () => resolve();
      made.src = url;
      document.body.append(made);
    });
  const post = (url, body, enctype) =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.name = `frame-${document.querySelectorAll('iframe').length}`;
      document.body.append(frame);
      frame.onload = () => resolve();
      const form = document.createElement('form');
      Object.assign(form, { action: url, method: 'POST', enctype, target: frame.name });
      // a text/plain form sends `name=value`: with the rest of the JSON in the name, that is JSON
      const field = document.createElement('input');
      field.name = `${body.slice(0, -1)},"pad":"`;
      field.value = '"}';
      form.append(field);
      document.body.append(form);
      form.submit();
    });
  const socket = (url) =>
    new Promise((resolve) => {
      const opened = new WebSocket(url.replace('http', 'ws'));
      opened.onmessage = ({ data }) => read.push(String(data));
      opened.onopen = () => resolve();
      opened.onerror = () => resolve();
    });

  const work = [];
  for (const url of urls) {
    work.push(element('img', url), element('script', url), element('iframe', url), socket(url));
    for (const mode of ['cors', 'no-cors']) {
      work.push(answered(fetch(url, { mode, credentials: 'include' })));
      work.push(answered(fetch(url, { mode, referrerPolicy: 'no-referrer' })));
    }
    for (const body of bodies) {
      for (const type of ['text/plain', 'application/json', '']) {
        const typed = new Blob([body], { type });
        navigator.sendBeacon(url, typed);
        for (const mode of ['cors', 'no-cors']) {
          const init = { method: 'POST', mode, body: typed, referrerPolicy: 'no-referrer' };
          work.push(answered(fetch(url, init)));
          work.push(answered(fetch(url, { ...init, headers: { 'x-droste-token': 'guess' } })));
        }
      }
      work.push(post(url, body, 'text/plain'), post(url, body, 'multipart/form-data'));
    }
  }
  await Promise.all(work);
  return read;
};
