namespace Crank.Session.Frames;

/// <summary>An input blob as an invoke frame announces it; its place in the list is its number.</summary>
/// <param name="Key">What the input calls it, such as its digest.</param>
/// <param name="Length">Exact number of bytes.</param>
public readonly record struct BlobAnnouncement(string Key, long Length);
