/** Runs inside the page: what a person does with a mouse and a clipboard, for which a browser has no other way. */
const transferOf = ({ name, base64, text }) => {
  const transfer = new DataTransfer();
  if (text !== undefined) transfer.setData('text/plain', text);
  if (base64 !== undefined) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: 'image/jpeg' }));
  }
  return transfer;
};

globalThis.drop = (given) => {
  const init = { dataTransfer: transferOf(given), bubbles: true, cancelable: true };
  document.querySelector('.drop').dispatchEvent(new DragEvent('drop', init));
};

globalThis.paste = (given) => {
  document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transferOf(given), bubbles: true }));
};

globalThis.cameraIsOn = () =>
  new Promise((resolve) => {
    const video = document.querySelector('video');
    if (video.videoWidth > 0) resolve();
    else video.addEventListener('loadeddata', () => resolve());
  });
