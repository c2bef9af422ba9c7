/* What people call an image: its path below the directory of images, which has
 * release, architecture and version. */
#ifndef VT_IMAGE_ID_H
#define VT_IMAGE_ID_H

/** vt_image_id() - the path below IMAGE_DIR; of other files the whole path
 * @path: absolute
 * Return: points into it */
const char *vt_image_id(const char *path);

#endif
