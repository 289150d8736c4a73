namespace CaBridge.Capture.Live;

/// <summary>What became of a device's packets since it was opened.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Received">Packets that passed the filter, whether the kernel then had room for them or not; on loopback it counts each twice, going out and coming in.</param>
/// <param name="DroppedByKernel">Those of <paramref name="Received"/> for which the kernel's buffer had no room.</param>
/// <param name="DroppedByInterface">Packets that the interface or its driver dropped before any filter, as the system tells; not all do.</param>
/// <param name="HandedOver">Packets that the sink got.</param>
/// <param name="IsRunning">Whether packets may still come from it.</param>
public sealed record DeviceStatistics(
    string Device, long Received, long DroppedByKernel, long DroppedByInterface, long HandedOver, bool IsRunning);
