namespace Bootstrap.Execution;

/// <summary>Samples how much of the store's file system is in use, every two seconds, and keeps the most.</summary>
internal sealed class DiskMeter : IDisposable
{
    private readonly DriveInfo _drive;
    private readonly long _before;
    private readonly Timer _timer;
    private long _peak;

    public DiskMeter(string directory)
    {
        _drive = new DriveInfo(directory);
        _before = _drive.AvailableFreeSpace;
        _timer = new Timer(_ => Sample(), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
    }

    /// <summary>The most bytes in use at once beyond what was in use at the start.</summary>
    public long PeakBytes => Interlocked.Read(ref _peak);

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        var used = _before - _drive.AvailableFreeSpace;
        if (used > Interlocked.Read(ref _peak))
            Interlocked.Exchange(ref _peak, used);
    }
}
