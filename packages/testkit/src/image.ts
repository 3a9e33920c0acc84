/**
 * Container images for tests: built by buildah without a registry, on a base that has Debian's libraries, the Node of this process and
 * no shell; read as data; and brought to the nodes of whatever cluster `KUBECONFIG` names, by kubectl alone.
 *
 * To build needs Linux, root, `buildah`, `busybox` and `apt-get`, and npm's registry where the Dockerfile asks for it.
 *
 * @module
 */
export { buildImage } from './image/build-image.js';
export type { Image, ImageConfig, ImageFile, ImageLayer, ImageOptions } from './image/image-options.js';
export { loadImage } from './image/load-image.js';
export { needImageBuilder, noImageBuilder } from './image/needs.js';
export { listFiles } from './image/oci-layout.js';
