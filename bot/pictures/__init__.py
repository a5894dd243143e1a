"""Draw pictures: data in, PNG bytes and alt text out. The only importer of Pillow."""
