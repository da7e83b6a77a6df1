//! What a process uses, as the kernel counts it.

/// Memory of a process, in megabytes of 1,000,000 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    /// Resident now.
    pub(super) resident: f64,
    /// The most that was ever resident.
    pub(super) peak: f64,
}

/// The memory of a process.
#[cfg(target_os = "linux")]
pub(super) fn memory(pid: u32) -> anyhow::Result<Memory> {
    let status = procfs::process::Process::new(i32::try_from(pid)?)?.status()?;
    let megabytes = |kibibytes: Option<u64>| super::figure(kibibytes.unwrap_or(0) * 1024) / 1e6;
    Ok(Memory { resident: megabytes(status.vmrss), peak: megabytes(status.vmhwm) })
}

/// Seconds of processor time that a process has used, in its own code and in the kernel.
#[cfg(target_os = "linux")]
pub(super) fn processor(pid: u32) -> anyhow::Result<f64> {
    let stat = procfs::process::Process::new(i32::try_from(pid)?)?.stat()?;
    Ok(super::figure(stat.utime + stat.stime) / super::figure(procfs::ticks_per_second()))
}

/// Only Linux tells.
#[cfg(not(target_os = "linux"))]
pub(super) fn memory(_: u32) -> anyhow::Result<Memory> {
    anyhow::bail!("memory and processor time are read from /proc, which only Linux has")
}

/// Only Linux tells.
#[cfg(not(target_os = "linux"))]
pub(super) fn processor(_: u32) -> anyhow::Result<f64> {
    anyhow::bail!("memory and processor time are read from /proc, which only Linux has")
}
