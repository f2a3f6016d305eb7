/** Running a model: loads ONNX Runtime. */
export { type LoadModelOptions, loadModel } from './model/load.ts';
