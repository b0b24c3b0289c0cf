// Package npy reads, writes and maps NumPy's files of one array, .npy.
//
// # Terminology
//
//   - Descr: how a file names its element type: the byte order (<, >, or | where there is none), a letter for the kind,
//     the size in bytes. "<f8" is a float64 with the low byte first.
//   - Shape: the length in each dimension. () is a single number, (3,) three of them, (2, 3) two rows of three.
//   - C order: the last index runs fastest, so that rows stand one behind another. Fortran order: the first does.
//
// # Picture
//
//	byte 0       6     8        10                                                    a multiple of 64
//	+------------+-----+--------+-----------------------------------------------------+--------------------+
//	| \x93 NUMPY | 1 0 | length | {'descr': '<f8', 'fortran_order': False, 'shape':   | the elements, in   |
//	|            |     | of the | (2, 3), }        …spaces…                        \n | C order, and       |
//	|            |     | header |                                                     | nothing after them |
//	+------------+-----+--------+-----------------------------------------------------+--------------------+
//
// The length has two bytes in version 1.0 and four in 2.0 and 3.0; 3.0 differs from 2.0 in that the header is UTF-8 and
// not Latin-1, which matters for names of fields only. The spaces let the elements begin at a multiple of 64 bytes, so
// that a mapped file is aligned for any of them.
//
// # Operations
//
// Read makes a dynarray.Array of a file's elements, Write a file of a slice, Map a slice over a file's own pages, which
// costs the same for a kilobyte and for a hundred gigabytes. ReadHeader tells what a file holds without its type being
// known. A file of either byte order can be read; one that is mapped must have the machine's.
//
// The element type is the caller's to say, as a type parameter, and has to be the file's: no number is converted.
// What Go has no plain type for is refused, with what to do about it in NumPy: structured types, Python objects,
// strings, dates, float16 and longdouble, and Fortran order where it makes a difference.
//
// # What is not believed
//
// A header may say anything. It is read only up to 64 KiB, which is a thousand times what one needs; a shape whose
// product is no int is refused; and memory is asked for as elements arrive, so that a short file which claims to hold
// a terabyte costs a buffer, and an error. Map compares with the length of the file before it maps. A bool that is
// neither 0 nor 1, which Go must not see, becomes true; therefore bools cannot be mapped.
//
// # Costs
//
// Read passes all elements through a buffer of 64 KiB, which stays in the cache, and so costs little more than the
// system's own copying; other byte order, a swap of each besides. Write hands the slice to the writer as it is. Map is a
// system call, and a page fault for each page at its first use.
//
// # What it is not good for
//
// Files of several arrays (.npz, which is a zip archive of these). Changing or growing a file in place. Elements by
// more than one index: a shape is returned, and what it means is the caller's to compute.
package npy
