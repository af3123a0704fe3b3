//! A disk for SQLite that counts what is written and synced, and that can be full: the default VFS of this process,
//! laid around the system's own. It changes nothing else.
#![expect(
    unsafe_code,
    reason = "a VFS is a table of C functions; there is no other way to stand between SQLite and the disk"
)]
#![expect(clippy::as_conversions, reason = "C's pointers")]

use rusqlite::ffi;
use std::{
    collections::{HashMap, HashSet},
    ffi::{c_char, c_int, c_void},
    sync::{
        LazyLock, Mutex, Once,
        atomic::{AtomicI64, AtomicPtr, AtomicU64, Ordering::SeqCst},
    },
};

/// Writes to a log so far.
static WRITTEN: AtomicU64 = AtomicU64::new(0);
/// How many of them the last sync of the log covers.
static SYNCED: AtomicU64 = AtomicU64::new(0);
/// How many bytes may still be written; negative: as many as one likes.
static ROOM: AtomicI64 = AtomicI64::new(-1);
static SYSTEM: AtomicPtr<ffi::sqlite3_vfs> = AtomicPtr::new(std::ptr::null_mut());
/// The files that are logs, by their address.
static LOGS: LazyLock<Mutex<HashSet<usize>>> = LazyLock::new(Mutex::default);
/// Our table of functions for each of the system's, by its address.
static TABLES: LazyLock<Mutex<HashMap<usize, usize>>> = LazyLock::new(Mutex::default);

/// The system's functions with three in the place of its own.
#[repr(C)]
struct Table {
    ours: ffi::sqlite3_io_methods,
    system: *const ffi::sqlite3_io_methods,
}

pub fn written() -> u64 {
    WRITTEN.load(SeqCst)
}

pub fn synced() -> u64 {
    SYNCED.load(SeqCst)
}

/// Lets the disk take so many bytes more, or any number.
pub fn room(bytes: Option<i64>) {
    ROOM.store(bytes.unwrap_or(-1), SeqCst);
}

/// Makes it the disk of every connection that is opened from now on.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the system's VFS lives as long as the process, and so does the leaked copy that is registered.
        unsafe {
            ffi::sqlite3_initialize();
            let system = ffi::sqlite3_vfs_find(std::ptr::null());
            SYSTEM.store(system, SeqCst);
            let mut ours = *system;
            ours.zName = c"counting".as_ptr();
            ours.pNext = std::ptr::null_mut();
            ours.xOpen = Some(open);
            assert_eq!(ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 1), ffi::SQLITE_OK);
        }
    });
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands over what its VFS interface says; it is passed on as it is to the system's VFS.
    unsafe {
        let system = SYSTEM.load(SeqCst);
        let done = (*system).xOpen.map_or(ffi::SQLITE_ERROR, |open| open(system, name, file, flags, out));
        let methods = (*file).pMethods;
        if done == ffi::SQLITE_OK && !methods.is_null() {
            let mut tables = TABLES.lock().unwrap();
            let table = *tables.entry(methods as usize).or_insert_with(|| {
                let mut ours = *methods;
                ours.xWrite = Some(write);
                ours.xSync = Some(sync);
                ours.xClose = Some(close);
                std::ptr::from_mut(Box::leak(Box::new(Table { ours, system: methods }))) as usize
            });
            (*file).pMethods = table as *const ffi::sqlite3_io_methods;
            if flags & ffi::SQLITE_OPEN_WAL != 0 {
                LOGS.lock().unwrap().insert(file as usize);
            }
        }
        done
    }
}

/// # Safety
/// The file was opened by [`open`].
unsafe fn system(file: *mut ffi::sqlite3_file) -> ffi::sqlite3_io_methods {
    // SAFETY: its table is ours, whose first field is what SQLite sees.
    unsafe { *(*((*file).pMethods.cast::<Table>())).system }
}

fn is_log(file: *mut ffi::sqlite3_file) -> bool {
    LOGS.lock().unwrap().contains(&(file as usize))
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    many: c_int,
    at: i64,
) -> c_int {
    if ROOM.load(SeqCst) >= 0 && ROOM.fetch_sub(i64::from(many), SeqCst) < i64::from(many) {
        ROOM.store(0, SeqCst);
        return ffi::SQLITE_FULL;
    }
    // SAFETY: passed on as it came.
    let done = unsafe { system(file).xWrite.map_or(ffi::SQLITE_ERROR, |write| write(file, bytes, many, at)) };
    if is_log(file) {
        WRITTEN.fetch_add(1, SeqCst);
    }
    done
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    let covers = written();
    // SAFETY: passed on as it came.
    let done = unsafe { system(file).xSync.map_or(ffi::SQLITE_ERROR, |sync| sync(file, flags)) };
    if done == ffi::SQLITE_OK && is_log(file) {
        SYNCED.store(covers, SeqCst);
    }
    done
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    LOGS.lock().unwrap().remove(&(file as usize));
    // SAFETY: passed on as it came.
    unsafe { system(file).xClose.map_or(ffi::SQLITE_ERROR, |close| close(file)) }
}
