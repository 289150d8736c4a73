using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Packets;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Analysis;

/// <content>Datagrams, and searches over either transport.</content>
public sealed partial class Analyzer
{
    private void Take(in UdpDatagram datagram, int frameBytes)
    {
        _searches.AdvanceTo(datagram.Time);
        Tick(datagram.Time);
        if (!_datagrams.IsChannelAccess(datagram))
        {
            return;
        }

        _frames.ChannelAccess(1, frameBytes);
        uint? sequence = null;
        var payload = datagram.Payload;
        while (_datagrams.TryRead(ref payload, datagram, out var message))
        {
            var header = message.Header;
            _messages.Add(Transport.Udp, Sender.Unknown, header.Command);
            if (header.Command == CaCommand.Version)
            {
                sequence = (header.DataType & 1) != 0 ? header.Parameter1 : null;
            }

            var pv = TakeSearch(
                Transport.Udp, datagram.Source, datagram.Destination, sequence, message,
                new MessageStamp(datagram.Time, datagram.Frame, header.MessageLength));
            _onMessage?.Invoke(new DecodedMessage
            {
                Time = datagram.Time,
                Frame = datagram.Frame,
                Transport = Transport.Udp,
                Source = datagram.Source,
                Destination = datagram.Destination,
                Header = header,
                Payload = message.Payload,
                Pv = pv,
            });
        }
    }

    /// <summary>Takes SEARCH, NOT_FOUND and beacons, over either transport.</summary>
    private PvName? TakeSearch(
        Transport transport, Endpoint source, Endpoint destination, uint? sequence, in CaMessage message, in MessageStamp at)
    {
        var header = message.Header;
        _learned.Learn(transport, source, message);
        switch (header.Command)
        {
            case CaCommand.Search when DatagramReader.IsSearchRequest(header):
                if (!message.HasWholeText)
                {
                    return null;
                }

                var name = _names.Get(message.Payload);
                var asked = _searches.TakeRequest(new SearchKey(transport, source, header.Parameter2), name, sequence, destination, at);
                if (transport == Transport.Udp)
                {
                    _diagnosis?.TakeSearch(asked, source, at.Time, at.Frame);
                }

                return name;
            case CaCommand.Search:
                var server = DatagramReader.Advertised(header.Parameter1, header.DataType, source);
                var answered = _searches.TakeReply(new SearchKey(transport, destination, header.Parameter2), server, Outcome.Answered, at);
                if (answered is { } step)
                {
                    _diagnosis?.TakeSearchReply(step, destination, server, at.Time, at.Frame);
                }

                return answered?.Name;
            case CaCommand.NotFound:
                return _searches.TakeReply(new SearchKey(transport, destination, header.Parameter2), source, Outcome.Failed, at)?.Name;
            case CaCommand.RsrvIsUp when transport == Transport.Udp:
                _diagnosis?.TakeBeacon(
                    DatagramReader.Advertised(header.Parameter2, header.DataCount == 0 ? LearnedEndpoints.ServerPort : (ushort)header.DataCount, source),
                    source,
                    address: header.Parameter2,
                    id: header.Parameter1,
                    at.Time,
                    at.Frame);
                return null;
            default:
                return null;
        }
    }
}
