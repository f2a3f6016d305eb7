import { useEffect, useRef, useState } from 'preact/hooks';

/** Takes a picture with the camera of this machine; it is off as soon as the dialog is closed. */
export const Camera = ({
  onPicture,
  onClose,
}: {
  readonly onPicture: (picture: Blob) => void;
  readonly onClose: () => void;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [failure, setFailure] = useState<string>();

  useEffect(() => {
    dialog.current?.showModal();
    let stream: MediaStream | undefined;
    let closed = false;
    const stop = () => stream?.getTracks().map((track) => track.stop());
    navigator.mediaDevices.getUserMedia({ video: true }).then(
      (opened) => {
        stream = opened;
        if (closed) stop();
        else if (video.current) video.current.srcObject = opened;
      },
      (error: Error) => setFailure(`${error.name}: ${error.message}`),
    );
    return () => {
      closed = true;
      stop();
    };
  }, []);

  const take = () => {
    if (!video.current) return;
    const { videoWidth: width, videoHeight: height } = video.current;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(video.current, 0, 0);
    canvas.toBlob((picture) => picture && onPicture(picture), 'image/jpeg', 0.9);
  };

  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="camera-heading">
      <h3 id="camera-heading">Camera</h3>
      {failure ? (
        <p class="error" role="alert">
          There is no picture to take: {failure}
        </p>
      ) : (
        <video ref={video} class="camera" autoPlay playsInline muted />
      )}
      <form method="dialog" class="bar">
        {!failure && (
          <button type="button" class="main" onClick={take}>
            Take the picture
          </button>
        )}
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
};
